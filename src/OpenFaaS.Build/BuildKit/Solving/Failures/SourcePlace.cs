using System.Text.Json;
using OpenFaaS.Build.BuildKit.Solving.Progress;

namespace OpenFaaS.Build.BuildKit.Solving.Failures;

/// <summary>A place in a file that the build reads, as an error names it.</summary>
/// <param name="File">Its name at the daemon.</param>
/// <param name="Line">One-based line; 0 where only the file is known.</param>
/// <param name="Text">That line, fit for a message; empty where it is not known.</param>
internal sealed record SourcePlace(string File, int Line, string Text)
{
    private const int LongestText = 200;
    private const int MostBytes = 1 << 20;

    /// <summary>Reads <c>{info:{filename,data},ranges:[{start:{line}}]}</c>; null where there is no file.</summary>
    public static SourcePlace? Of(JsonElement source)
    {
        if (JsonFields.Field(source, "info") is not { } info || JsonFields.Text(info, "filename") is not { } file)
        {
            return null;
        }

        var line = JsonFields.Items(source, "ranges")
            .Take(100)
            .Select(range => JsonFields.Field(range, "start") is { } start ? JsonFields.Number(start, "line") ?? 0 : 0)
            .FirstOrDefault(number => number is > 0 and <= int.MaxValue);
        return new SourcePlace(file, (int)line, line > 0 && JsonFields.Bytes(info, "data") is { } data ? LineOf(data, (int)line) : "");
    }

    private static string LineOf(ReadOnlySpan<byte> data, int line)
    {
        var rest = data[..Math.Min(data.Length, MostBytes)];
        for (var number = 1; ; number++)
        {
            var end = rest.IndexOf((byte)'\n');
            if (number == line)
            {
                return OutputText.Clean(end < 0 ? rest : rest[..end], LongestText).Trim();
            }

            if (end < 0)
            {
                return "";
            }

            rest = rest[(end + 1)..];
        }
    }
}
