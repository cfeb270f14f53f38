namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Writes a value as a word of a Dockerfile.</summary>
internal static class QuotedWord
{
    /// <summary>The value in double quotes, so that nothing in it is expanded.</summary>
    /// <param name="value">A value on one line.</param>
    /// <param name="escape">The Dockerfile's escape character.</param>
    public static string Of(string value, char escape) => "\"" + string.Concat(value.Select(c => c == '"' || c == '$' || c == escape ? $"{escape}{c}" : c.ToString())) + "\"";

    /// <summary>Whether a value stands on one line; another cannot be written.</summary>
    public static bool CanHold(string value) => value.AsSpan().IndexOfAny('\n', '\r', '\0') < 0;
}
