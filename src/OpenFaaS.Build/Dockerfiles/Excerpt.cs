namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Text of a Dockerfile for a message: short, and without control characters.</summary>
internal static class Excerpt
{
    private const int Length = 120;

    public static string Of(string text)
    {
        var part = text.Length <= Length ? text : text[..Length] + "…";
        return part.Any(char.IsControl) ? string.Concat(part.Select(c => char.IsControl(c) ? ' ' : c)) : part;
    }
}
