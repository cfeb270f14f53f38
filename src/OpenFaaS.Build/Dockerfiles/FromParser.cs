using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Parses FROM.</summary>
internal static class FromParser
{
    /// <exception cref="DiagnosticException">The form is not <c>FROM BASE [AS NAME]</c>, or the name or a flag is wrong.</exception>
    public static FromInstruction Parse(InstructionLine line)
    {
        var words = line.Words();
        var hasName = words.Count == 3 && words[1].Equals("AS", StringComparison.OrdinalIgnoreCase);
        if (words.Count != 1 && !hasName)
        {
            throw line.Invalid("needs an image or stage, which AS and a name may follow");
        }

        var name = hasName ? words[2].ToLowerInvariant() : null;
        if (name is not null && !IsName(name))
        {
            throw line.Error(DockerfileDiagnostics.InvalidStageName, words[2]);
        }

        var platform = InstructionFlags.Parse(line, "platform").Value("platform");
        return new FromInstruction(line.Line, line.Text, words[0], name, platform is { Length: > 0 } ? platform : null);
    }

    private static bool IsName(string name) =>
        char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
}
