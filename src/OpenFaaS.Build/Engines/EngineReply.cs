using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Engines;

/// <summary>Reads what an engine answers.</summary>
internal static class EngineReply
{
    private const int MaxLength = 1 << 20;

    /// <summary>The whole body.</summary>
    /// <exception cref="EngineFailedException">It is longer than 1 MiB.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxLength + 1];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxLength ? buffer[..length] : throw new EngineFailedException("its answer is longer than 1 MiB");
    }

    /// <summary>The error in a stream of JSON objects, which engines send after the status 200; null if there is none.</summary>
    public static string? ErrorOfProgress(byte[] body)
    {
        // Objects may follow one another with or without a line break between them.
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 16 });
        try
        {
            while (reader.Read())
            {
                using var item = JsonDocument.ParseValue(ref reader);
                if ((Text(item.RootElement, "errorDetail", "message") ?? Text(item.RootElement, "error")) is { } error)
                {
                    return SafeText.Neutralize(error).TrimEnd('.');
                }
            }

            return null;
        }
        catch (JsonException)
        {
            return "its answer is cut off or is no JSON";
        }
    }

    /// <summary>The message of a body that goes with an error status.</summary>
    public static string ErrorOf(HttpResponseMessage response, byte[] body)
    {
        var status = $"status {(int)response.StatusCode}";
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            return (Text(document.RootElement, "message") ?? Text(document.RootElement, "cause")) is { } message
                ? $"{SafeText.Neutralize(message).TrimEnd('.')} ({status})"
                : status;
        }
        catch (JsonException)
        {
            var text = SafeText.Neutralize(Encoding.UTF8.GetString(body)).TrimEnd('.');
            return text.Length > 0 ? $"{text} ({status})" : status;
        }
    }

    /// <summary>The <c>Id</c> of an inspected image.</summary>
    /// <exception cref="EngineFailedException">The body holds none.</exception>
    public static string ImageIdOf(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            return Text(document.RootElement, "Id") ?? throw new EngineFailedException("its answer names no image id");
        }
        catch (JsonException e)
        {
            throw new EngineFailedException("its answer is no JSON", e);
        }
    }

    private static string? Text(JsonElement element, params string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text ? text : null;
    }
}
