using System.Text.Json;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Kubernetes;

/// <summary>Makes what clusters and programs say fit to stand in a message: bounded, on one line, without control characters.</summary>
internal static class ForeignText
{
    private const int Longest = 400;
    private const int Lines = 6;

    /// <summary>The last lines of a text as one phrase, at most 400 characters.</summary>
    public static string LastLines(string text)
    {
        var lines = text.Split('\n')
            .Select(line => SafeText.Neutralize(line.Length > Longest ? line[^Longest..] : line))
            .Where(line => line.Length > 0)
            .TakeLast(Lines);
        var phrase = string.Join(" | ", lines).TrimEnd('.');
        return phrase.Length > Longest ? "…" + phrase[^Longest..] : phrase.Length > 0 ? phrase : "without a word";
    }

    /// <summary>A phrase of one line.</summary>
    public static string Phrase(string? text) => SafeText.Neutralize(text ?? "").TrimEnd('.', ' ');

    /// <summary>The message of an API server's <c>Status</c> document; the beginning of the text where it is none.</summary>
    public static string OfStatus(string? body)
    {
        if (string.IsNullOrWhiteSpace(body))
        {
            return "it says nothing more";
        }

        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
            {
                return Phrase(message.GetString());
            }
        }
        catch (JsonException)
        {
            // A proxy's own words, then.
        }

        return Phrase(body.Length > Longest ? body[..Longest] : body);
    }
}
