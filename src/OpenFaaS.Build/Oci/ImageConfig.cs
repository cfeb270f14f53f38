using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenFaaS.Build.Oci;

/// <summary>The configuration of an image (OCI <c>config.md</c>, with Docker's <c>Healthcheck</c>, <c>OnBuild</c> and <c>Shell</c>).</summary>
public sealed record ImageConfig
{
    [JsonPropertyName("created"), JsonPropertyOrder(0)]
    public string? Created { get; init; }

    [JsonPropertyName("author"), JsonPropertyOrder(1)]
    public string? Author { get; init; }

    [JsonPropertyName("architecture"), JsonPropertyOrder(2)]
    public required string Architecture { get; init; }

    [JsonPropertyName("variant"), JsonPropertyOrder(3)]
    public string? Variant { get; init; }

    [JsonPropertyName("os"), JsonPropertyOrder(4)]
    public required string Os { get; init; }

    [JsonPropertyName("os.version"), JsonPropertyOrder(5)]
    public string? OsVersion { get; init; }

    [JsonPropertyName("os.features"), JsonPropertyOrder(6)]
    public IReadOnlyList<string>? OsFeatures { get; init; }

    [JsonPropertyName("config"), JsonPropertyOrder(7)]
    public ContainerConfig? Config { get; init; }

    [JsonPropertyName("rootfs"), JsonPropertyOrder(8)]
    public required RootFs RootFs { get; init; }

    [JsonPropertyName("history"), JsonPropertyOrder(9)]
    public IReadOnlyList<HistoryEntry>? History { get; init; }
}

/// <summary>What the runtime starts (the <c>config</c> object).</summary>
public sealed record ContainerConfig
{
    public string? User { get; init; }

    /// <summary><c>port/protocol</c>, sorted.</summary>
    public SortedDictionary<string, JsonElement>? ExposedPorts { get; init; }

    /// <summary><c>NAME=value</c> in the order set.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    public IReadOnlyList<string>? Entrypoint { get; init; }

    public IReadOnlyList<string>? Cmd { get; init; }

    public HealthcheckConfig? Healthcheck { get; init; }

    public SortedDictionary<string, JsonElement>? Volumes { get; init; }

    public string? WorkingDir { get; init; }

    public SortedDictionary<string, string>? Labels { get; init; }

    public string? StopSignal { get; init; }

    public IReadOnlyList<string>? OnBuild { get; init; }

    public IReadOnlyList<string>? Shell { get; init; }

    public bool? ArgsEscaped { get; init; }
}

/// <summary>Docker's health check; durations are in nanoseconds.</summary>
public sealed record HealthcheckConfig
{
    public IReadOnlyList<string>? Test { get; init; }

    public long? Interval { get; init; }

    public long? Timeout { get; init; }

    public long? StartPeriod { get; init; }

    public long? StartInterval { get; init; }

    public int? Retries { get; init; }
}

/// <summary>The layers by the digests of their uncompressed content.</summary>
public sealed record RootFs
{
    [JsonPropertyName("type"), JsonPropertyOrder(0)]
    public string Type { get; init; } = "layers";

    [JsonPropertyName("diff_ids"), JsonPropertyOrder(1)]
    public required IReadOnlyList<Digest> DiffIds { get; init; }
}

/// <summary>One step of the image's history.</summary>
public sealed record HistoryEntry
{
    [JsonPropertyName("created"), JsonPropertyOrder(0)]
    public string? Created { get; init; }

    [JsonPropertyName("created_by"), JsonPropertyOrder(1)]
    public string? CreatedBy { get; init; }

    [JsonPropertyName("author"), JsonPropertyOrder(2)]
    public string? Author { get; init; }

    [JsonPropertyName("comment"), JsonPropertyOrder(3)]
    public string? Comment { get; init; }

    [JsonPropertyName("empty_layer"), JsonPropertyOrder(4)]
    public bool? EmptyLayer { get; init; }
}
