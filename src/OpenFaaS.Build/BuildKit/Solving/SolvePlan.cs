using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>A Dockerfile build in BuildKit's own terms.</summary>
internal sealed record SolvePlan
{
    /// <summary>Attributes of the frontend <c>dockerfile.v0</c>.</summary>
    public required IReadOnlyDictionary<string, string> FrontendAttributes { get; init; }

    /// <summary>The one exporter; null fills the cache only. Several outputs are several solves, of which all but the first find every step in the cache.</summary>
    public SolveExporter? Exporter { get; init; }

    /// <summary>Whether the daemon knows only the oldest form in which an exporter is told (before BuildKit 0.13).</summary>
    public bool OldestExporterForm { get; init; }

    public IReadOnlyList<CacheEntry> CacheExports { get; init; } = [];

    public IReadOnlyList<CacheEntry> CacheImports { get; init; } = [];

    /// <summary>Rights that steps get: <c>network.host</c>, <c>security.insecure</c>, <c>device…</c>.</summary>
    public IReadOnlyList<string> Entitlements { get; init; } = [];

    /// <summary>What the session offers.</summary>
    public required SessionContent Session { get; init; }

    /// <summary>Path of the Dockerfile for messages; the daemon knows only its name in the context.</summary>
    public required string DockerfilePath { get; init; }

    public required ProgressMode Progress { get; init; }
}

/// <summary>An exporter of BuildKit.</summary>
/// <param name="Type"><c>image</c>, <c>moby</c>, <c>oci</c>, <c>docker</c>, <c>tar</c>, <c>local</c>.</param>
/// <param name="Attributes">Its attributes.</param>
internal sealed record SolveExporter(string Type, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A cache that is read or written.</summary>
/// <param name="Type"><c>registry</c>, <c>local</c>, <c>inline</c>, <c>gha</c>, <c>s3</c>, <c>azblob</c>.</param>
/// <param name="Attributes">Its attributes as the daemon gets them.</param>
internal sealed record CacheEntry(string Type, IReadOnlyDictionary<string, string> Attributes);
