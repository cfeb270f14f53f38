using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenFaaS.Build.Oci;

/// <summary>Points to content: media type, digest and size in bytes (OCI image specification, <c>descriptor.md</c>).</summary>
public sealed record Descriptor
{
    [JsonPropertyOrder(0)]
    public required string MediaType { get; init; }

    [JsonPropertyOrder(1)]
    public required Digest Digest { get; init; }

    /// <summary>Size of the content in bytes.</summary>
    [JsonPropertyOrder(2)]
    public required long Size { get; init; }

    [JsonPropertyOrder(3)]
    public SortedDictionary<string, string>? Annotations { get; init; }

    [JsonPropertyOrder(4)]
    public DescriptorPlatform? Platform { get; init; }

    /// <summary>Locations of non-distributable content; never fetched from.</summary>
    [JsonPropertyOrder(5)]
    public IReadOnlyList<string>? Urls { get; init; }

    [JsonPropertyOrder(6)]
    public string? ArtifactType { get; init; }
}

/// <summary>The <c>platform</c> object of a descriptor in an index.</summary>
public sealed record DescriptorPlatform
{
    [JsonPropertyOrder(0)]
    public required string Architecture { get; init; }

    [JsonPropertyOrder(1)]
    public required string Os { get; init; }

    [JsonPropertyName("os.version"), JsonPropertyOrder(2)]
    public string? OsVersion { get; init; }

    [JsonPropertyName("os.features"), JsonPropertyOrder(3)]
    public IReadOnlyList<string>? OsFeatures { get; init; }

    [JsonPropertyOrder(4)]
    public string? Variant { get; init; }

    /// <summary>The platform in normal form.</summary>
    public Platform ToPlatform() => Oci.Platform.Normalize(Os, Architecture, Variant);

    /// <summary>The JSON object for a platform.</summary>
    public static DescriptorPlatform From(Platform platform) =>
        new() { Architecture = platform.Architecture, Os = platform.Os, Variant = platform.Variant };
}

/// <summary>Writes a digest as its text.</summary>
public sealed class DigestJsonConverter : JsonConverter<Digest>
{
    /// <inheritdoc/>
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Digest.TryParse(reader.GetString(), out var digest)
            ? digest
            : throw new JsonException("A digest must be sha256 with 64 lower-case hex digits.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
