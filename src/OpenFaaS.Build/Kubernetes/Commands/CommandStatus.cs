using System.Globalization;
using System.Text.Json;

namespace OpenFaaS.Build.Kubernetes.Commands;

/// <summary>How a command in a pod ended, as the cluster says it last (channel 3).</summary>
/// <param name="ExitCode">Exit code; null where the command was never run.</param>
/// <param name="Message">The cluster's words; empty for success.</param>
internal sealed record CommandStatus(int? ExitCode, string Message)
{
    /// <summary>Reads the document; null if it is none, or only its beginning.</summary>
    public static CommandStatus? Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? null
                : Text(root, "status") == "Success" ? new CommandStatus(0, "")
                : new CommandStatus(Code(root), ForeignText.Phrase(Text(root, "message")));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int? Code(JsonElement root)
    {
        if (!root.TryGetProperty("details", out var details) || details.ValueKind != JsonValueKind.Object
            || !details.TryGetProperty("causes", out var causes) || causes.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var cause in causes.EnumerateArray().Where(cause => cause.ValueKind == JsonValueKind.Object && Text(cause, "reason") == "ExitCode"))
        {
            return int.TryParse(Text(cause, "message"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? code : null;
        }

        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
