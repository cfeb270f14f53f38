using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenFaaS.Build.Oci;

/// <summary>Strict, deterministic JSON for image documents: duplicates are refused, nulls are left out, depth is bounded.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageConfig))]
internal sealed partial class OciConfigJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageIndex))]
internal sealed partial class OciManifestJson : JsonSerializerContext;

/// <summary>Reads and writes the JSON documents of an image.</summary>
public static class OciJson
{
    private static readonly OciConfigJson Configs = new(Options(null));
    private static readonly OciManifestJson Manifests = new(Options(JsonNamingPolicy.CamelCase));

    public static byte[] Write(ImageManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Manifests.ImageManifest);

    public static byte[] Write(ImageIndex index) => JsonSerializer.SerializeToUtf8Bytes(index, Manifests.ImageIndex);

    public static byte[] Write(ImageConfig config) => JsonSerializer.SerializeToUtf8Bytes(config, Configs.ImageConfig);

    /// <exception cref="JsonException">The bytes are no manifest.</exception>
    public static ImageManifest ReadManifest(ReadOnlySpan<byte> json) => Required(JsonSerializer.Deserialize(json, Manifests.ImageManifest));

    /// <exception cref="JsonException">The bytes are no index.</exception>
    public static ImageIndex ReadIndex(ReadOnlySpan<byte> json) => Required(JsonSerializer.Deserialize(json, Manifests.ImageIndex));

    /// <exception cref="JsonException">The bytes are no image configuration.</exception>
    public static ImageConfig ReadConfig(ReadOnlySpan<byte> json) => Required(JsonSerializer.Deserialize(json, Configs.ImageConfig));

    private static T Required<T>(T? value) where T : class => value ?? throw new JsonException("The document is null.");

    private static JsonSerializerOptions Options(JsonNamingPolicy? naming) => new()
    {
        PropertyNamingPolicy = naming,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new DigestJsonConverter() },
    };
}
