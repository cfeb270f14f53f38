using System.Text;

namespace OpenFaaS.Build.Model;

/// <summary>The name of a function: a DNS label (RFC 1123) of at most 63 characters.</summary>
public sealed record FunctionName
{
    private FunctionName(string value) => Value = value;

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>Accepts lower-case letters, digits and <c>-</c>, 1 to 63 characters, with a letter or digit at both ends.</summary>
    public static FunctionName? TryParse(string text) =>
        text.Length is > 0 and <= 63 && text[0] != '-' && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? new FunctionName(text)
            : null;

    /// <summary>The kebab-case form of a project name: <c>My.CoolFunction</c> gives <c>my-cool-function</c>, <c>HTTPServer</c> gives <c>http-server</c>.</summary>
    public static string FromProjectName(string project)
    {
        var name = new StringBuilder();
        for (var i = 0; i < project.Length; i++)
        {
            var c = project[i];
            if (!char.IsAsciiLetterOrDigit(c))
            {
                Dash(name);
                continue;
            }

            var startsWord = char.IsAsciiLetterUpper(c) && i > 0
                && (char.IsAsciiLetterLower(project[i - 1]) || char.IsAsciiDigit(project[i - 1])
                    || (char.IsAsciiLetterUpper(project[i - 1]) && i + 1 < project.Length && char.IsAsciiLetterLower(project[i + 1])));
            if (startsWord)
            {
                Dash(name);
            }

            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString().Trim('-');
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static void Dash(StringBuilder name)
    {
        if (name.Length > 0 && name[^1] != '-')
        {
            name.Append('-');
        }
    }
}
