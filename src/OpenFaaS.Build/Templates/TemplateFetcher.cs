using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Templates.Cache;
using OpenFaaS.Build.Templates.Locking;
using OpenFaaS.Build.Templates.Sources;

namespace OpenFaaS.Build.Templates;

/// <summary>Brings templates of repositories and packages into the cache, and finds those of folders; each is held against the lock file.</summary>
internal sealed class TemplateFetcher(TemplateCache cache, PackageTemplates packages)
{
    private const string FolderName = "template";

    /// <summary>The template of a function, from a source.</summary>
    /// <exception cref="DiagnosticException">It cannot be had, the source does not hold it, or it is not what the lock file says.</exception>
    public async Task<PulledTemplate> FetchAsync(FunctionModel function, TemplateSource source, LockSession lockFile, TemplatePull pull, CancellationToken cancellationToken)
    {
        var key = function.Template.ToString();
        var (written, reference) = source switch
        {
            GitSource { IsLocal: true } git => (Relative(function, git.Url), git.Ref),
            GitSource git => (git.Url, git.Ref),
            PackageSource package => ($"nuget:{package.Id}/{package.Version}", null),
            FolderSource folder => (Relative(function, folder.Path), null),
            _ => throw new InvalidOperationException($"Unknown source {source.GetType().Name}."),
        };
        var locked = lockFile.Find(key, written, reference);
        var template = source switch
        {
            GitSource git => await OfGitAsync(git, pull == TemplatePull.AsNeeded ? locked?.Commit : null),
            PackageSource package => await OfPackageAsync(PackageName.Parse(package.Id, package.Version)),
            _ => OfFolder((FolderSource)source),
        };
        lockFile.Use(key, template.Lock);
        return template;

        async Task<PulledTemplate> OfGitAsync(GitSource git, string? commit)
        {
            var pulled = await cache.PullAsync(git, commit, cancellationToken);
            return Of(pulled, $"The repository {git.Url} at {git.Ref ?? "HEAD"}", pulled.Commit);
        }

        async Task<PulledTemplate> OfPackageAsync(PackageName package)
        {
            var pulled = await cache.GetOrAddAsync($"nuget:{package.Id}/{package.Version}", (tree, token) => packages.ReadAsync(package, tree, token), cancellationToken);
            return Of(pulled, $"The package {package.Id} {package.Version}", null);
        }

        PulledTemplate Of(PulledTemplates pulled, string what, string? commit) =>
            pulled.Trees.TryGetValue(function.Template.Name, out var tree)
                ? new PulledTemplate(key, Path.Combine(pulled.Folder, function.Template.Name), new LockedTemplate(written, reference, commit, Parse(tree)))
                : throw NotIn(what, function, pulled.Trees.Keys);

        PulledTemplate OfFolder(FolderSource folder)
        {
            var roots = new[] { Path.Combine(folder.Path, FolderName), folder.Path };
            var path = roots.Select(root => Path.Combine(root, function.Template.Name)).FirstOrDefault(Directory.Exists)
                ?? throw NotIn($"The folder '{folder.Path}'", function, roots.Where(Directory.Exists).Take(1).SelectMany(TemplateLocator.Names));
            return new PulledTemplate(key, path, new LockedTemplate(written, null, null, HashOf(path)));
        }
    }

    /// <summary>Digest over the files of a template.</summary>
    /// <exception cref="DiagnosticException">A file cannot be read.</exception>
    public static Digest HashOf(string folder)
    {
        try
        {
            return Parse(TreeHash.Of(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LayerDiagnostics.CannotRead.With($"'{folder}'", e.Message.TrimEnd('.')).ToException(e);
        }
    }

    private static DiagnosticException NotIn(string what, FunctionModel function, IEnumerable<string> names)
    {
        var sorted = names.Order(StringComparer.Ordinal).ToList();
        return TemplateDiagnostics.TemplateNotInSource.With(
            what, function.Template.Name, sorted.Count == 0 ? "none" : string.Join(", ", sorted.Take(20)), Suggestion.For(function.Template.Name, sorted)).ToException();
    }

    // Another machine has the project elsewhere.
    private static string Relative(FunctionModel function, string path) => Path.GetRelativePath(function.BaseFolder, path).Replace('\\', '/');

    private static Digest Parse(string tree) => Digest.TryParse(tree, out var digest) ? digest : throw new FormatException(tree);
}
