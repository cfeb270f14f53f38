using System.Text.Json.Serialization;

namespace OpenFaaS.Build.Oci;

/// <summary>The manifest of one image (OCI <c>manifest.md</c>; Docker's schema 2 has the same shape).</summary>
public sealed record ImageManifest
{
    [JsonPropertyOrder(0)]
    public int SchemaVersion { get; init; } = 2;

    [JsonPropertyOrder(1)]
    public string? MediaType { get; init; }

    [JsonPropertyOrder(2)]
    public required Descriptor Config { get; init; }

    [JsonPropertyOrder(3)]
    public required IReadOnlyList<Descriptor> Layers { get; init; }

    [JsonPropertyOrder(4)]
    public SortedDictionary<string, string>? Annotations { get; init; }
}

/// <summary>A list of manifests, one per platform (OCI <c>image-index.md</c>).</summary>
public sealed record ImageIndex
{
    [JsonPropertyOrder(0)]
    public int SchemaVersion { get; init; } = 2;

    [JsonPropertyOrder(1)]
    public string? MediaType { get; init; }

    [JsonPropertyOrder(2)]
    public required IReadOnlyList<Descriptor> Manifests { get; init; }

    [JsonPropertyOrder(3)]
    public SortedDictionary<string, string>? Annotations { get; init; }
}
