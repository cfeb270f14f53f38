namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>Whether text that is pasted into YAML may be more than text there.</summary>
internal static class StructureRisk
{
    private const string Breaks = "\n\r\u0085\u2028\u2029";
    private const string FlowIndicators = ",[]{}";
    private const string Indicators = "&*!|>'\"%@`[]{},#";

    /// <summary>What is risky about a value at a place, as the end of a sentence; null if nothing is. The value itself is not in it.</summary>
    public static string? Describe(string value, PlaceTracker places)
    {
        if (value.AsSpan().ContainsAny(Breaks))
        {
            return "holds a line break";
        }

        return places.Place switch
        {
            YamlPlace.DoubleQuoted when value.AsSpan().ContainsAny('"', '\\') => "holds a double quote or backslash and stands in double quotes",
            YamlPlace.SingleQuoted when value.Contains('\'', StringComparison.Ordinal) => "holds a single quote and stands in single quotes",
            YamlPlace.Plain or YamlPlace.NodeStart => DescribePlain(value, places),
            _ => null,
        };
    }

    private static string? DescribePlain(string value, PlaceTracker places)
    {
        if (value.Contains(": ", StringComparison.Ordinal) || value.EndsWith(':'))
        {
            return "holds a colon that may make a key of it";
        }

        if (value.Contains(" #", StringComparison.Ordinal) || (value.StartsWith('#') && places.IsAfterBlank))
        {
            return "holds what begins a comment";
        }

        if (places.IsFlow && value.AsSpan().ContainsAny(FlowIndicators))
        {
            return "holds a bracket or comma and stands in brackets";
        }

        return places.Place == YamlPlace.NodeStart && value.Length > 0
            && (Indicators.Contains(value[0], StringComparison.Ordinal) || value is "-" or "?" || value.StartsWith("- ", StringComparison.Ordinal) || value.StartsWith("? ", StringComparison.Ordinal))
            ? "begins with a character that means something in YAML"
            : null;
    }
}
