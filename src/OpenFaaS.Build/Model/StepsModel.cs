namespace OpenFaaS.Build.Model;

/// <summary>What the steps of a Dockerfile get from outside, and what comes of them besides the image. References are as the user wrote them.</summary>
public sealed record StepsModel
{
    /// <summary>Secrets by id; the source is <c>file:PATH</c> or <c>env:NAME</c>.</summary>
    public IReadOnlyList<NamedSource> Secrets { get; init; } = [];

    /// <summary>SSH agents by id; the source is a socket or a private key, or empty for the user's agent.</summary>
    public IReadOnlyList<NamedSource> Ssh { get; init; } = [];

    /// <summary>Named build contexts.</summary>
    public IReadOnlyList<NamedSource> Contexts { get; init; } = [];

    /// <summary>Caches that are read, in BuildKit's form.</summary>
    public IReadOnlyList<string> CacheFrom { get; init; } = [];

    /// <summary>Caches that are written, in BuildKit's form.</summary>
    public IReadOnlyList<string> CacheTo { get; init; } = [];

    /// <summary>Further outputs, in BuildKit's form: <c>type=local,dest=…</c>.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Rights that steps may ask for: <c>network.host</c>, <c>security.insecure</c>, <c>device…</c>.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary><c>default</c>, <c>none</c> or <c>host</c>; null where nothing is said.</summary>
    public string? Network { get; init; }

    /// <summary>Entries of <c>/etc/hosts</c>: name and address.</summary>
    public IReadOnlyList<NamedSource> Hosts { get; init; } = [];

    /// <summary>Limits of processes: <c>nofile=1024:2048</c>.</summary>
    public IReadOnlyList<string> Ulimits { get; init; } = [];

    /// <summary>Stages that are built without cache; with <see cref="BuilderModel.NoCache"/> all are.</summary>
    public IReadOnlyList<string> NoCacheStages { get; init; } = [];

    /// <summary>Options of the provenance attestation (<c>mode=max</c>); null for none.</summary>
    public string? Provenance { get; init; }

    /// <summary>Options of the SBOM attestation (<c>generator=IMAGE</c>, or empty); null for none.</summary>
    public string? Sbom { get; init; }
}

/// <summary>Something with a name and where it comes from.</summary>
/// <param name="Name">Id or name.</param>
/// <param name="Source">As the user wrote it; empty where the name says all.</param>
public sealed record NamedSource(string Name, string Source);

/// <summary>Value of <c>ContainerPull</c>.</summary>
public enum PullPolicy
{
    /// <summary>Base images that the engine has not.</summary>
    Missing,

    /// <summary>The registry is asked for every base image.</summary>
    Always,

    /// <summary>Only what the engine has.</summary>
    Never,
}
