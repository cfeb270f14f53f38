using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>Makes foreign text fit for messages: no secrets of addresses, no control characters, bounded length.</summary>
internal static class SafeText
{
    private const int Longest = 500;

    /// <summary>An address without user information, query and fragment: signed addresses carry their secrets there.</summary>
    public static string Of(Uri address) => Neutralize(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));

    /// <summary>Replaces control and formatting characters and cuts after 500 characters.</summary>
    public static string Neutralize(string text)
    {
        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= Longest)
            {
                return result.Append('…').ToString();
            }

            // Format characters include the ones that reverse the direction of text; line separators begin new log lines.
            var harmless = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            result.Append(harmless ? rune.ToString() : " ");
        }

        return result.ToString().Trim();
    }

    /// <summary>The messages of a registry's error document (<c>errors[].code</c> and <c>.message</c>); empty if the body is none.</summary>
    public static string OfErrors(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array)
            {
                return "";
            }

            var texts = errors.EnumerateArray().Take(3)
                .Where(error => error.ValueKind == JsonValueKind.Object)
                .Select(error => string.Join(": ", new[] { Text(error, "code"), Text(error, "message") }.Where(text => text.Length > 0)));
            return Neutralize(string.Join("; ", texts.Where(text => text.Length > 0))).TrimEnd('.');
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
}
