using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenFaaS.Build.Protocol;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BuildRequest))]
[JsonSerializable(typeof(BuildResponse))]
internal sealed partial class ProtocolJsonContext : JsonSerializerContext;

/// <summary>Reads requests and writes responses.</summary>
public static class ProtocolJson
{
    private static readonly ProtocolJsonContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowDuplicateProperties = false,
        MaxDepth = 8,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <exception cref="JsonException">The bytes are no request.</exception>
    public static BuildRequest ReadRequest(ReadOnlyMemory<byte> json) => BuildRequestReader.Read(json);

    /// <exception cref="JsonException">The bytes are no response.</exception>
    public static BuildResponse ReadResponse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Context.BuildResponse) ?? throw new JsonException("The response is null.");

    public static byte[] Write(BuildRequest request) => JsonSerializer.SerializeToUtf8Bytes(request, Context.BuildRequest);

    public static byte[] Write(BuildResponse response) => JsonSerializer.SerializeToUtf8Bytes(response, Context.BuildResponse);
}
