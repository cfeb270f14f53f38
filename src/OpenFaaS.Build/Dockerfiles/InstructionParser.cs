using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Makes an instruction from its line. What BuildKit accepts is accepted, since every builder's Dockerfile is read here.</summary>
internal static class InstructionParser
{
    private const string Mount = "--mount=";
    private const string From = "from=";

    private static readonly string[] Keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <exception cref="DiagnosticException">The instruction is unknown or malformed.</exception>
    public static Instruction Parse(InstructionLine line)
    {
        Instruction instruction = line.Keyword switch
        {
            "FROM" => FromParser.Parse(line),
            "ARG" => new ArgInstruction(line.Line, line.Text, KeyValueArguments.ParseArguments(line)),
            "ENV" => new EnvInstruction(line.Line, line.Text, KeyValueArguments.ParsePairs(line)),
            "LABEL" => new LabelInstruction(line.Line, line.Text, KeyValueArguments.ParsePairs(line)),
            "COPY" or "ADD" => CopyParser.Parse(line),
            "WORKDIR" => new WorkdirInstruction(line.Line, line.Text, line.SingleArgument()),
            "USER" => new UserInstruction(line.Line, line.Text, line.SingleArgument()),
            "STOPSIGNAL" => new StopSignalInstruction(line.Line, line.Text, line.SingleArgument()),
            "MAINTAINER" => new MaintainerInstruction(line.Line, line.Text, line.SingleArgument()),
            "EXPOSE" => new ExposeInstruction(line.Line, line.Text, AtLeastOne(line, line.Words())),
            "VOLUME" => new VolumeInstruction(line.Line, line.Text, Volumes(line)),
            "CMD" => new CmdInstruction(line.Line, line.Text, Command(line)),
            "ENTRYPOINT" => new EntrypointInstruction(line.Line, line.Text, Command(line)),
            "SHELL" => new ShellInstruction(line.Line, line.Text, Shell(line)),
            "HEALTHCHECK" => HealthcheckParser.Parse(line),
            "RUN" => Run(line),
            "ONBUILD" => OnBuild(line),
            _ => throw line.Error(DockerfileDiagnostics.UnknownInstruction, line.Keyword, Suggestion.For(line.Keyword, Keywords)),
        };

        // FROM, COPY, ADD and HEALTHCHECK have checked theirs, RUN's are text, and BuildKit ignores those of ARG and STOPSIGNAL.
        if (line.Keyword is not ("FROM" or "COPY" or "ADD" or "HEALTHCHECK" or "RUN" or "ARG" or "STOPSIGNAL"))
        {
            InstructionFlags.Parse(line, []);
        }

        return instruction;
    }

    private static IReadOnlyList<string> AtLeastOne(InstructionLine line, IReadOnlyList<string> words) =>
        words.Count > 0 ? words : throw line.Invalid("needs at least one argument");

    private static CommandLine Command(InstructionLine line) =>
        JsonArguments.Parse(line) is { } words ? new CommandLine(false, words) : new CommandLine(true, [line.Arguments]);

    private static IReadOnlyList<string> Shell(InstructionLine line) =>
        AtLeastOne(line, JsonArguments.Parse(line) ?? throw line.Invalid("needs a JSON array of strings"));

    private static IReadOnlyList<string> Volumes(InstructionLine line)
    {
        IReadOnlyList<string> paths = [.. (JsonArguments.Parse(line) ?? line.Words()).Select(path => path.Trim())];
        return paths.Contains("") ? throw line.Invalid("has an empty path") : AtLeastOne(line, paths);
    }

    private static RunInstruction Run(InstructionLine line)
    {
        JsonArguments.Parse(line);
        return new RunInstruction(line.Line, line.Text + HeredocText(line)) { MountSources = MountSources(line), HasHeredoc = line.Heredocs.Count > 0 };
    }

    private static IReadOnlyList<string> MountSources(InstructionLine line) =>
    [
        .. line.Flags.Where(flag => flag.StartsWith(Mount, StringComparison.Ordinal))
            .SelectMany(flag => MountFields(flag[Mount.Length..]))
            .Where(field => field.StartsWith(From, StringComparison.OrdinalIgnoreCase) && field.Length > From.Length)
            .Select(field => field[From.Length..]),
    ];

    private static IReadOnlyList<string> MountFields(string mount)
    {
        try
        {
            return CsvRecord.Split(mount);
        }
        catch (FormatException)
        {
            // For the engine to refuse: nothing here executes RUN.
            return [];
        }
    }

    private static OnBuildInstruction OnBuild(InstructionLine line)
    {
        var trigger = line.SingleArgument();
        var keyword = InstructionLine.Split(line.Path, line.Line, trigger, line.Escape).Keyword;
        return keyword is "ONBUILD" or "FROM" or "MAINTAINER"
            ? throw line.Invalid($"cannot trigger {keyword}")
            : new OnBuildInstruction(line.Line, line.Text, trigger + HeredocText(line));
    }

    private static string HeredocText(InstructionLine line) =>
        string.Concat(line.Heredocs.Select(heredoc => "\n" + heredoc.Content + heredoc.Delimiter.Name));
}
