using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Publishing.Outputs;

/// <summary>
/// An image's configuration as the outputs tell it, which go to logs and files. Engines write the values of build arguments into an image's history; those given
/// by reference are hidden there. The image itself stays as it is.
/// </summary>
internal static class MaskedConfiguration
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, byte by byte as it is where nothing has to be hidden.</summary>
    /// <param name="config">JSON; may be empty.</param>
    /// <param name="hidden">What is hidden.</param>
    public static string Of(byte[] config, HiddenValues hidden)
    {
        var text = Encoding.UTF8.GetString(config);
        if (config.Length == 0)
        {
            return text;
        }

        try
        {
            using var document = JsonDocument.Parse(config);
            var buffer = new ArrayBufferWriter<byte>(config.Length);
            bool isHidden;
            using (var json = new Utf8JsonWriter(buffer, Plain))
            {
                isHidden = Write(document.RootElement, json, hidden);
            }

            return isHidden ? Encoding.UTF8.GetString(buffer.WrittenSpan) : text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half of a surrogate pair in it, which is JSON and no text.
            return hidden.In(text);
        }
    }

    private static bool Write(JsonElement element, Utf8JsonWriter json, HiddenValues hidden)
    {
        var isHidden = false;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    json.WritePropertyName(Mask(property.Name, hidden, ref isHidden));
                    isHidden |= Write(property.Value, json, hidden);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    isHidden |= Write(item, json, hidden);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(Mask(element.GetString()!, hidden, ref isHidden));
                break;
            default:
                element.WriteTo(json);
                break;
        }

        return isHidden;
    }

    private static string Mask(string text, HiddenValues hidden, ref bool isHidden)
    {
        var masked = hidden.In(text);
        isHidden |= masked != text;
        return masked;
    }
}
