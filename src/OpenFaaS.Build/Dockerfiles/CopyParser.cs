using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Parses COPY and ADD.</summary>
internal static class CopyParser
{
    private static readonly string[] CopyFlags = ["from", "chown", "chmod", "link?", "exclude*", "parents?"];
    private static readonly string[] AddFlags = ["chown", "chmod", "link?", "exclude*", "keep-git-dir?", "checksum", "unpack?"];

    /// <exception cref="DiagnosticException">There is no source or destination, or a flag is wrong.</exception>
    public static CopyInstruction Parse(InstructionLine line)
    {
        var isAdd = line.Keyword == "ADD";
        var words = JsonArguments.Parse(line) ?? line.Words();
        if (words.Count < 2)
        {
            throw line.Invalid("needs at least a source and a destination");
        }

        var flags = InstructionFlags.Parse(line, isAdd ? AddFlags : CopyFlags);
        var destination = words[^1];
        if (Delimiter(destination) is not null)
        {
            throw line.Invalid("cannot have a heredoc as its destination");
        }

        var sources = new List<string>();
        var heredocs = new List<Heredoc>();
        foreach (var word in words.SkipLast(1))
        {
            if (Delimiter(word) is { } delimiter)
            {
                heredocs.Add(Heredoc(line, delimiter));
            }
            else
            {
                sources.Add(word);
            }
        }

        return new CopyInstruction(line.Line, line.Text)
        {
            IsAdd = isAdd,
            Sources = sources,
            Heredocs = heredocs,
            Destination = destination,
            From = flags.Value("from") is { Length: > 0 } from ? from : null,
            Chown = flags.Value("chown") is { Length: > 0 } chown ? chown : null,
            Chmod = flags.Value("chmod") is { Length: > 0 } chmod ? chmod : null,
            Link = flags.IsOn("link"),
            OtherFlags = [.. flags.Given.Where(flag => IsOther(flag.Key, flag.Value)).Select(flag => flag.Key).Distinct()],
        };
    }

    /// <summary>A flag that asks for something; COPY's <c>--parents=false</c> does not.</summary>
    private static bool IsOther(string name, string? value) => name switch
    {
        "from" or "chown" or "chmod" or "link" => false,
        "parents" => value == "true",
        "checksum" => value is { Length: > 0 },
        _ => true,
    };

    private static Heredoc Heredoc(InstructionLine line, HeredocDelimiter delimiter)
    {
        // Two heredocs of one name are one file; the last content counts.
        var content = line.Heredocs.LastOrDefault(heredoc => heredoc.Delimiter.Name == delimiter.Name)?.Content ?? "";
        return new Heredoc(delimiter.Name, delimiter.StripTabs ? HeredocReader.StripTabs(content) : content, delimiter.Expand);
    }

    private static HeredocDelimiter? Delimiter(string word)
    {
        try
        {
            return HeredocDelimiter.Parse(word);
        }
        catch (WordExpansionException)
        {
            return null;
        }
    }
}
