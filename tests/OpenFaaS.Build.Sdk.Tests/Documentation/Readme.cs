using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Sdk.Tests.Documentation;

/// <summary>The package's readme: the first columns of its tables, and the parts between markers that are generated.</summary>
internal sealed partial class Readme(string text)
{
    /// <summary>Full path of the file.</summary>
    public static string File { get; } = Path.Combine(Repository.Root, "sdk", "README.md");

    public string Text => text;

    public static Readme Load() => new(System.IO.File.ReadAllText(File));

    /// <summary>Rows of every table whose first column has this heading: the name in the first cell, and the whole row. <c>@(Name)</c> counts as Name.</summary>
    public ILookup<string, string> Rows(string heading)
    {
        var rows = new List<(string Name, string Row)>();
        var lines = text.Split('\n');
        for (var i = 1; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("|---", StringComparison.Ordinal) || !lines[i - 1].StartsWith($"| {heading} |", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var row in lines.Skip(i + 1).TakeWhile(line => line.StartsWith('|')))
            {
                var cell = FirstCell().Match(row);
                Assert.IsTrue(cell.Success, $"The row names nothing: {row}");
                rows.Add((cell.Groups["name"].Value, row));
            }
        }

        Assert.IsNotEmpty(rows, $"The readme has no table of '{heading}'.");
        return rows.ToLookup(row => row.Name, row => row.Row, StringComparer.Ordinal);
    }

    /// <summary>The part between the markers <c>generated: name</c> and <c>end: name</c>.</summary>
    public string Generated(string name) => text[Start(name)..End(name)];

    /// <summary>The readme with another generated part.</summary>
    public Readme With(string name, string content) => new(text[..Start(name)] + content + text[End(name)..]);

    /// <summary>Text as it stands in a cell of a table.</summary>
    public static string Cell(string plain) => Special().Replace(plain, @"\$0");

    private int Start(string name) => Position($"<!-- generated: {name} -->\n") + $"<!-- generated: {name} -->\n".Length;

    private int End(string name) => Position($"<!-- end: {name} -->");

    private int Position(string marker)
    {
        var position = text.IndexOf(marker, StringComparison.Ordinal);
        Assert.IsGreaterThanOrEqualTo(0, position, $"The readme has no marker {marker}");
        return position;
    }

    [GeneratedRegex(@"^\| `(?:@\()?(?:<function>\.)?(?<name>[\w.]+)\)?` \|")]
    private static partial Regex FirstCell();

    [GeneratedRegex(@"[\\`*<>|]")]
    private static partial Regex Special();
}
