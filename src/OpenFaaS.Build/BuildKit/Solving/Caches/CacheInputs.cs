using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving.Caches;

/// <summary>What a build says about caches.</summary>
internal sealed record CacheInputs
{
    /// <summary>Values of <c>@(ContainerCacheFrom)</c>.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>Values of <c>@(ContainerCacheTo)</c>.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>Full path of the folder that paths are relative to.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>Stands for <c>{function}</c> in values, so that functions of one stack have caches of their own.</summary>
    public required string Function { get; init; }

    /// <summary>Registries spoken to over plain http.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Environment variables by name.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The place to blame.</summary>
    public required SourceLocation Origin { get; init; }

    public required IBuildLog Log { get; init; }
}
