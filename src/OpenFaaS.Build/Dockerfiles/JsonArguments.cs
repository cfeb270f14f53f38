using System.Text;
using System.Text.Json;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Arguments written as a JSON array of strings.</summary>
internal static class JsonArguments
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <summary>The strings; null if the arguments are no JSON array, so that they have another form.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The array holds something else than strings.</exception>
    public static IReadOnlyList<string>? Parse(InstructionLine instruction) => Parse(instruction, instruction.Arguments);

    /// <inheritdoc cref="Parse(InstructionLine)"/>
    public static IReadOnlyList<string>? Parse(InstructionLine instruction, string arguments)
    {
        if (!arguments.StartsWith('['))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(arguments), Options);
            return [.. document.RootElement.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String
                ? item.GetString()!
                : throw instruction.Invalid("has a JSON array that holds something else than strings"))];
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            throw instruction.Invalid("has a JSON string with an incomplete surrogate pair");
        }
    }
}
