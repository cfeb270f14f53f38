using OpenFaaS.Build.BuildKit.Solving.Caches;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>The executor's cache: one repository of a registry, a tag a layer.</summary>
/// <param name="Repository">The repository; null for no cache.</param>
/// <param name="IsWritten">Whether new layers go there.</param>
internal sealed record ExecutorCache(ImageReference? Repository, bool IsWritten)
{
    private const string Tool = "kaniko";

    /// <summary>The repository, for what it takes to reach it.</summary>
    public IEnumerable<ImageReference> References => Repository is null ? [] : [Repository];

    /// <summary>Its arguments.</summary>
    public IEnumerable<string> Arguments => Repository is null ? []
        : IsWritten ? ["--cache=true", "--cache-repo=" + Repository]
        : ["--cache=true", "--cache-repo=" + Repository, "--no-push-cache"];

    /// <summary>Reads the items; a tag of a reference is left out, since the tags are the executor's own.</summary>
    /// <exception cref="DiagnosticException">One is no repository of a registry, or they name more than one, or the layers of a build without cache should go there.</exception>
    public static ExecutorCache Read(BuilderModel builder, SourceLocation origin)
    {
        var from = builder.Steps.CacheFrom.Select(text => Read(text, "@(ContainerCacheFrom)", origin)).Distinct().ToList();
        var to = builder.Steps.CacheTo.Select(text => Read(text, "@(ContainerCacheTo)", origin)).Distinct().ToList();
        var all = from.Concat(to).Distinct().ToList();
        if (all.Count > 1)
        {
            throw Invalid(to.Count > 0 ? "@(ContainerCacheTo)" : "@(ContainerCacheFrom)", all[^1].ToString(), $"it has one cache, which is {all[0]} already", origin);
        }

        return !builder.NoCache ? new ExecutorCache(all.FirstOrDefault(), to.Count > 0)
            : to.Count == 0 ? new ExecutorCache(null, false)
            : throw Invalid("@(ContainerCacheTo)", to[0].ToString(), "with ContainerNoCache it would be read as well", origin);
    }

    private static ImageReference Read(string text, string item, SourceLocation origin)
    {
        try
        {
            var value = CacheValue.Parse(text);
            return value.Type != "registry" ? throw new FormatException("it is no cache in a registry")
                : value.Attributes.Keys.FirstOrDefault(key => key is not ("ref" or "mode")) is { } other ? throw new FormatException($"it has no place for {other}")
                : ImageReference.TryParse(value.Attributes.GetValueOrDefault("ref"), out var reference) ? reference with { Tag = null, Digest = null }
                : throw new FormatException("its ref is no image reference");
        }
        catch (FormatException e)
        {
            // What stands there may hold a token.
            throw Invalid(item, text.Split(',')[0], e.Message, origin);
        }
    }

    private static DiagnosticException Invalid(string item, string text, string problem, SourceLocation origin) =>
        ToolBuildDiagnostics.InvalidCache.With(item, text, Tool, problem).At(origin).ToException();
}
