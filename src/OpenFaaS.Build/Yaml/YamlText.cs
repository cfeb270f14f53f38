using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Yaml;

/// <summary>YAML text and where its characters stand in the file.</summary>
internal sealed class YamlText
{
    private readonly int[] lineStarts;
    private readonly Func<int, int>? origin;

    /// <param name="file">Path, as the user should see it.</param>
    /// <param name="content">The file's text, without a byte order mark.</param>
    public YamlText(string file, string content)
        : this(file, content, LineStarts(content), null)
    {
    }

    private YamlText(string file, string content, int[] lineStarts, Func<int, int>? origin) =>
        (File, Content, this.lineStarts, this.origin) = (file, content, lineStarts, origin);

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>The text.</summary>
    public string Content { get; }

    /// <summary>Other text made of this one: its places are still those of the file.</summary>
    /// <param name="content">The other text.</param>
    /// <param name="trace">For an offset of the other text the offset in this one.</param>
    public YamlText Rewritten(string content, Func<int, int> trace) =>
        new(File, content, lineStarts, origin is null ? trace : offset => origin(trace(offset)));

    /// <summary>Line and column of an offset of <see cref="Content"/>.</summary>
    public SourceLocation Locate(long offset)
    {
        var position = (int)Math.Clamp(offset, 0, Content.Length);
        position = origin is null ? position : origin(position);
        var line = Array.BinarySearch(lineStarts, position);
        line = line < 0 ? ~line - 1 : line;
        return new SourceLocation(File, line + 1, position - lineStarts[line] + 1);
    }

    private static int[] LineStarts(string content)
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '\n' || (content[i] == '\r' && (i + 1 == content.Length || content[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        return [.. starts];
    }
}
