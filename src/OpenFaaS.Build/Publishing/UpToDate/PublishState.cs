using System.Text.Json;
using System.Text.Json.Serialization;
using OpenFaaS.Build.Publishing.Delivery;
using OpenFaaS.Build.Publishing.Outputs;

namespace OpenFaaS.Build.Publishing.UpToDate;

/// <summary>What the last successful publish of a function was made from and gave; <c>&lt;function&gt;.state.json</c>.</summary>
public sealed record PublishState
{
    /// <summary>Digest over the request, the build context, the SDK and the runtime.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Digests of base images by reference.</summary>
    public required IReadOnlyDictionary<string, string> Bases { get; init; }

    public required DeliveryReceipt Receipt { get; init; }

    public required ImageMetadata Image { get; init; }
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(PublishState))]
internal sealed partial class PublishStateJson : JsonSerializerContext;

/// <summary>Writes without a description of every type, which a build that reads no state would make for this alone.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(PublishState))]
internal sealed partial class PublishStateWriterJson : JsonSerializerContext;

/// <summary>Reads and writes the state. A state that cannot be read is as good as none: everything is built again.</summary>
internal static class PublishStateFile
{
    private const long MaxSize = 16 << 20;

    public static async Task<PublishState?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > MaxSize)
            {
                return null;
            }

            await using var stream = file.OpenRead();
            return await JsonSerializer.DeserializeAsync(stream, PublishStateJson.Default.PublishState, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static byte[] Write(PublishState state) => JsonSerializer.SerializeToUtf8Bytes(state, PublishStateWriterJson.Default.PublishState);
}
