using OpenFaaS.Build.BuildKit.Solving.Caches;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>Caches as Buildah keeps them: repositories of registries, a tag a layer.</summary>
/// <param name="From">Repositories that are read.</param>
/// <param name="To">Repositories that are written.</param>
internal sealed record CacheRepositories(IReadOnlyList<ImageReference> From, IReadOnlyList<ImageReference> To)
{
    /// <summary>Reads the items; a tag of a reference is left out, since the tags are Buildah's own.</summary>
    /// <exception cref="DiagnosticException">One is no repository of a registry, or there are more than this version takes.</exception>
    public static CacheRepositories Read(FunctionModel function, CommandKind kind, Version? version)
    {
        var errors = new List<Diagnostic>();
        var from = Repositories("@(ContainerCacheFrom)", function.Builder.Steps.CacheFrom);
        var to = Repositories("@(ContainerCacheTo)", function.Builder.Steps.CacheTo);
        return errors.Count == 0 ? new CacheRepositories(from, to) : throw new DiagnosticException(errors);

        List<ImageReference> Repositories(string item, IReadOnlyList<string> texts)
        {
            var list = new List<ImageReference>();
            foreach (var text in texts)
            {
                var (repository, problem) = Read(text);
                if (repository is null)
                {
                    // What stands there may hold a token.
                    errors.Add(ToolBuildDiagnostics.InvalidCache.With(item, text.Split(',')[0], kind.Name, problem).At(function.Origin));
                }
                else if (list.Count > 0 && version is not null && version < kind.SeveralCaches)
                {
                    errors.Add(ToolBuildDiagnostics.InvalidCache.With(item, repository, kind.Name, $"versions before {kind.SeveralCaches} take one").At(function.Origin));
                }
                else
                {
                    list.Add(repository);
                }
            }

            return list;
        }
    }

    private static (ImageReference? Repository, string Problem) Read(string text)
    {
        try
        {
            var value = CacheValue.Parse(text);
            return value.Type != "registry" ? (null, "it is no cache in a registry")
                : ImageReference.TryParse(value.Attributes.GetValueOrDefault("ref"), out var reference) ? (reference with { Tag = null, Digest = null }, "")
                : (null, "its ref is no image reference");
        }
        catch (FormatException e)
        {
            return (null, e.Message);
        }
    }
}
