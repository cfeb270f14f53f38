using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB1151 to OFB1169: tags from git. One static readonly field a code; codes are never reused.</summary>
public static class VersionControlDiagnostics
{
    public static readonly DiagnosticDescriptor GitNotFound = new("OFB1151", Error,
        "The tag of '{0}' is to name its revision, but there is no git in PATH.",
        "ContainerTagFormat=sha, branch and describe ask git for the revision of the repository that holds the function.",
        "Install git, or set ContainerTagFormat to latest or digest.");

    public static readonly DiagnosticDescriptor NoRepository = new("OFB1152", Error,
        "The tag of '{0}' is to name its revision, but the folder is in no git repository.",
        "ContainerTagFormat=sha, branch and describe need the repository that holds the function; the current folder does not matter. Build contexts that were copied without .git have none.",
        "Build in a clone of the repository, or set ContainerTagFormat to latest or digest.");

    public static readonly DiagnosticDescriptor NoCommit = new("OFB1153", Error,
        "The git repository '{0}' has no commit that a tag could name.",
        "The repository is new, or a branch without commits is checked out.",
        "Commit first, or set ContainerTagFormat to latest or digest.");

    public static readonly DiagnosticDescriptor DubiousOwnership = new("OFB1154", Error,
        "git does not use the repository '{0}', because it belongs to another user.",
        "git trusts only repositories of the user that runs it; in containers of CI systems the checkout often belongs to another one. The SDK never changes whom git trusts.",
        "Build as the owner of the repository, or trust this one folder: git config --global --add safe.directory FOLDER.");

    public static readonly DiagnosticDescriptor GitFailed = new("OFB1155", Error,
        "git cannot tell the revision of the repository '{0}': {1}.",
        "git could not be started, did not end in time, or found the repository damaged.",
        "Run 'git status' and 'git describe --tags --always' in that folder and correct what they say, or set ContainerTagFormat to latest or digest.");

    public static readonly DiagnosticDescriptor UncommittedChanges = new("OFB1156", Warning,
        "The git repository '{0}' has changes that are not committed, but tags name its commit ('{1}').",
        "Tracked files differ from the commit, so the image is not what the tag says. Reported once for each repository; files that git does not track are not looked at.",
        "Commit before publishing, or set ContainerTagFormat=digest, which follows the contents.");

    public static readonly DiagnosticDescriptor ShallowDescription = new("OFB1157", Warning,
        "The git repository '{0}' is a shallow clone, so '{1}' counts only the tags and commits that were fetched.",
        "CI systems fetch few commits and often no tags; ContainerTagFormat=describe then gives something else than a full clone.",
        "Fetch the whole history with its tags (fetch-depth: 0, GIT_DEPTH: 0, fetchDepth: 0).");

    public static readonly DiagnosticDescriptor TagTooLong = new("OFB1158", Error,
        "The tag '{0}' has {1} characters, but a tag has at most 128.",
        "ContainerTagFormat adds the names of branch and commit, or git's description, to the first tag.",
        "Shorten the tag or the name of the branch, or choose another ContainerTagFormat.");
}
