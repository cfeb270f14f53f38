using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB6101 to OFB6149: where templates come from: git, packages, store, cache, lock. One static readonly field a code; codes are never reused.</summary>
public static class TemplateSourceDiagnostics
{
    public static readonly DiagnosticDescriptor SourceRefused = new("OFB6101", Error,
        "The template source '{0}' is not used: {1}.",
        "A source is a git address over https or ssh, nuget:Package/1.2.3, or a folder. Forms that make git run programs, or speak a protocol without proof of who answers, are refused.",
        "Write git+https://host/path#ref, git+ssh://git@host/path#ref, git@host:path#ref, nuget:Package/1.2.3 or a folder.");

    public static readonly DiagnosticDescriptor SourceFolderNotFound = new("OFB6102", Error,
        "The template source '{0}' does not exist: there is no folder '{1}'.",
        "What is no address of git and no package is a folder, relative to the file that names it.",
        "Correct the source.");

    public static readonly DiagnosticDescriptor PlainHttp = new("OFB6103", Error,
        "The template source '{0}' is not used: it would be fetched over plain http.",
        "Templates run code in the image, and on plain http anybody on the way can change them. Only this machine's own addresses may be asked so.",
        "Use https.");

    public static readonly DiagnosticDescriptor RefRefused = new("OFB6104", Error,
        "The ref '{0}' of a template is not used: {1}.",
        "A ref is the name of a branch or a tag, or sha- and a commit's id; it holds letters, digits and - + / _ . only.",
        "Correct what follows the # of the template's source, or the @ of its name.");

    public static readonly DiagnosticDescriptor PackageSourceMalformed = new("OFB6105", Error,
        "The template source '{0}' names no package: {1}.",
        "A package source is nuget:, the package's id, a slash and one exact version.",
        "Write nuget:Package.Id/1.2.3.");

    public static readonly DiagnosticDescriptor GitNotInstalled = new("OFB6106", Error,
        "The template source {0} needs git, which is not in PATH.",
        "Templates of git repositories are fetched with the machine's own git, so that its credentials and proxies count.",
        "Install git, or name a package or a folder as the source.");

    public static readonly DiagnosticDescriptor RefNotFound = new("OFB6107", Error,
        "The repository {0} has no branch or tag '{1}'.",
        "The ref of a template's source was deleted, renamed or never pushed.",
        "Correct the ref, or push it.");

    public static readonly DiagnosticDescriptor CommitNotFound = new("OFB6108", Error,
        "The repository {0} does not hold the commit {1}.",
        "The commit was never pushed, or the server no longer gives it away after a branch was rewritten.",
        "Correct the commit; where it comes from a lock file, pull the templates again.");

    public static readonly DiagnosticDescriptor CommitAmbiguous = new("OFB6109", Error,
        "The repository {0} holds more than one object that begins with {1}.",
        "A shortened commit id names one commit only as long as no other begins with it.",
        "Write the full id.");

    public static readonly DiagnosticDescriptor CommitMoved = new("OFB6110", Error,
        "The repository {0} gave another commit than it had named: asked for {1}, received {2}.",
        "The branch or tag was moved between two requests, or the server does not keep to what it says.",
        "Publish again; name the commit itself where this matters.");

    public static readonly DiagnosticDescriptor NoTemplateFolder = new("OFB6111", Error,
        "The template source {0} gives no templates: {1}.",
        "A repository or a package of templates holds a folder 'template' at its top, with one folder a template.",
        "Correct the source or its ref.");

    public static readonly DiagnosticDescriptor PathRefused = new("OFB6112", Error,
        "The template source {0} is not used: its path '{1}' {2}.",
        "Paths that leave their folder, pass through a link, name git's own files, or differ only in case are the means of attacks, and mean another thing on another system.",
        "Ask the template's author to remove the path, or use another version.");

    public static readonly DiagnosticDescriptor LimitReached = new("OFB6113", Error,
        "The template source {0} is not used: {1}.",
        "Templates are small; the limits keep a hostile or wrong source from filling disk and memory.",
        "Correct the source; put what is large into a base image.");

    public static readonly DiagnosticDescriptor RepositoryNotFound = new("OFB6114", Error,
        "The repository {0} was not found: {1}.",
        "The address is wrong, the repository was deleted, or the server hides it from who may not read it.",
        "Correct the address, or give git credentials that may read it.");

    public static readonly DiagnosticDescriptor AccessDenied = new("OFB6115", Error,
        "The repository {0} may not be read with the credentials at hand: {1}.",
        "The server asks for a password or a key. A build never asks its user for one.",
        "Set up a credential helper of git or an ssh agent, for example with git ls-remote on the same address.");

    public static readonly DiagnosticDescriptor UnknownHostKey = new("OFB6116", Error,
        "The ssh server of {0} is not known: {1}.",
        "ssh has no key of this host in known_hosts, or another one than the server shows. A build never accepts a key by itself.",
        "Add the server's key to known_hosts after comparing it with the one that its operator publishes.");

    public static readonly DiagnosticDescriptor GitTimedOut = new("OFB6117", Error,
        "The repository {0} was not read in time: {1}.",
        "The server or the network does not answer, or too slowly.",
        "Publish again when the server answers.");

    public static readonly DiagnosticDescriptor DubiousOwnership = new("OFB6118", Error,
        "The repository {0} belongs to another user, and git does not read it: {1}.",
        "The settings of a repository can make git run programs, so git refuses those of other users.",
        "Change the folder's owner, or add it to git's safe.directory if you trust the owner.");

    public static readonly DiagnosticDescriptor Unreachable = new("OFB6119", Error,
        "The server of the repository {0} cannot be reached: {1}.",
        "The host's name is unknown, nothing listens there, a proxy is missing, or its certificate is not trusted.",
        "Correct the address or the proxy, or publish again when the server answers.");

    public static readonly DiagnosticDescriptor GitFailed = new("OFB6120", Error,
        "git cannot read the repository {0}: {1}.",
        "git ended with an error that has no code of its own.",
        "Try git ls-remote on the same address.");

    public static readonly DiagnosticDescriptor LeftOut = new("OFB6121", Warning,
        "Of the template source {0} these were left out: {1}.",
        "Submodules are never fetched, and a template that is itself a link or a file is none.",
        "Ask the template's author to put the files into the repository if the template needs them.");

    public static readonly DiagnosticDescriptor UsedLastCommit = new("OFB6122", Warning,
        "The repository {0} was not asked for '{1}', the commit {2} of the last pull is used: {3}",
        "The server does not answer, and what the ref named at the last pull is in the cache.",
        "Publish again when the server answers, or name the commit itself.");

    public static readonly DiagnosticDescriptor CacheBusy = new("OFB6123", Error,
        "The templates of {0} are being pulled by another process{1}, which did not end within {2} s.",
        "One process pulls a version of a template source, the others wait for it.",
        "End that process if it hangs, and publish again.");

    public static readonly DiagnosticDescriptor RepositoryDamaged = new("OFB6124", Error,
        "The repository {0} is damaged or hostile, and nothing of it is used: {1}.",
        "git checks all that it receives; names such as .git inside of trees, duplicate entries and broken objects are refused.",
        "Ask the repository's owner to run git fsck.");

    public static readonly DiagnosticDescriptor StoreRefused = new("OFB6125", Error,
        "The template store '{0}' is not used: {1}.",
        "A template store is a JSON file, or an address: https, or http on this machine.",
        "Correct FunctionTemplateStore or OPENFAAS_TEMPLATE_STORE_URL.");

    public static readonly DiagnosticDescriptor StoreUnavailable = new("OFB6126", Error,
        "The template store '{0}' cannot be read: {1}.",
        "The file does not exist, or the server cannot be reached, fails, or answers too slowly, too much or with a redirect that is refused.",
        "Check the address, HTTPS_PROXY and NO_PROXY; or name the template's repository in @(FunctionTemplateSource), which needs no store.");

    public static readonly DiagnosticDescriptor MalformedStore = new("OFB6127", Error,
        "The template store '{0}' is no list of templates: {1}.",
        "A store is a JSON array of objects with the texts template, platform, language, source, description, repo and official, and the truth value recommended.",
        "Correct the file, or FunctionTemplateStore.");

    public static readonly DiagnosticDescriptor TemplateNotInStore = new("OFB6128", Error,
        "The template store '{0}' holds no template '{1}'{2}.",
        "The template is in none of the folders where templates are looked up, @(FunctionTemplateSource) names no source for it, and the store does not know it.",
        "Correct the name, or name the template's repository in @(FunctionTemplateSource).");

    public static readonly DiagnosticDescriptor MalformedPackageName = new("OFB6130", Error,
        "'{0}' names no template package: {1}.",
        "A package is named as nuget:Package.Id/1.2.3, with one exact version.",
        "Correct the Source in @(FunctionTemplateSource).");

    public static readonly DiagnosticDescriptor PackageNotRestored = new("OFB6131", Error,
        "The template package {0} {1} has not been restored: it is not in {2}.",
        "Restore downloads the packages that @(FunctionTemplateSource) names into the packages folder; a publish with --no-restore or --no-build does not.",
        "Run 'dotnet restore'. Where the SDK itself is a PackageReference, restore does not know it: add the template package to @(PackageDownload) in the project.");

    public static readonly DiagnosticDescriptor PackageTampered = new("OFB6132", Error,
        "The template package '{0}' is not the one that was restored: its SHA-512 is {1}, and '{2}' says {3}.",
        "The file was changed in the packages folder, or its restore was cut off. Nothing of it was used.",
        "Remove the package's folder and run 'dotnet restore' again.");

    public static readonly DiagnosticDescriptor MalformedPackage = new("OFB6133", Error,
        "The template package '{0}' cannot be read: {1}.",
        "The package is no whole ZIP file, or its parts contradict each other. Nothing of it was used.",
        "Pack the package again, or use another version.");

    public static readonly DiagnosticDescriptor UnsafePackage = new("OFB6134", Error,
        "The template package '{0}' is refused: {1}.",
        "Packages may not name files outside their folder, hold links, or unpack to more than 512 MiB, 100,000 entries or 20 times their size (beyond 10 MiB). Nothing of it was used.",
        "Use another package, or tell its author.");

    public static readonly DiagnosticDescriptor PackageWithoutTemplates = new("OFB6135", Error,
        "The template package '{0}' holds no templates.",
        "Templates are the folders in the package's folder 'template', as in a repository of templates.",
        "Correct the Source in @(FunctionTemplateSource), or use another version.");

    public static readonly DiagnosticDescriptor MalformedLock = new("OFB6140", Error,
        "The lock file cannot be read: {0}.",
        "openfaas.lock.json is written by the SDK; it was edited, merged or cut off.",
        "Take the file back from version control, or delete it to have it written anew.");

    public static readonly DiagnosticDescriptor LockMissing = new("OFB6141", Error,
        "FunctionLockedMode is set, and there is no lock file.",
        "In locked mode a build uses only what openfaas.lock.json names.",
        "Publish once without FunctionLockedMode, and commit openfaas.lock.json.");

    public static readonly DiagnosticDescriptor NotLocked = new("OFB6142", Error,
        "FunctionLockedMode is set, and the lock file does not hold the {0} '{1}', which is {2} now.",
        "In locked mode a build uses only what openfaas.lock.json names.",
        "Publish once without FunctionLockedMode, and commit openfaas.lock.json.");

    public static readonly DiagnosticDescriptor LockDiffers = new("OFB6143", Error,
        "FunctionLockedMode is set, and the {0} is '{2}' now, where the lock file says '{1}'.",
        "In locked mode a build uses only what openfaas.lock.json names; the project or the source has changed since it was written.",
        "If the change is wanted, publish once without FunctionLockedMode, and commit openfaas.lock.json.");

    public static readonly DiagnosticDescriptor LockedContentChanged = new("OFB6144", Error,
        "The template '{0}' has other files for the same {1}: the lock file says {2}, and they are {3} now.",
        "A commit and a package version never change their content: the source, the packages folder or the lock file was tampered with, or the package comes from another feed.",
        "Find out which of the two is right. Only if it is the new one, delete the template's entry from openfaas.lock.json.");

    public static readonly DiagnosticDescriptor CredentialsInLock = new("OFB6145", Error,
        "The lock file may not hold the source of template '{0}': its address carries a user name, a password or a query.",
        "openfaas.lock.json is committed, where everybody reads it.",
        "Take the credentials out of the address and give them to git by a credential helper; take them out of the lock file, if they are there, and revoke them.");
}
