namespace OpenFaaS.Build.Dockerfiles;

/// <summary>One instruction of a Dockerfile, variables not yet expanded.</summary>
/// <param name="Line">Line on which the instruction begins, from 1.</param>
/// <param name="Text">The instruction as written, continuation lines joined; for history and messages.</param>
public abstract record Instruction(int Line, string Text)
{
    /// <summary>The instruction's keyword in upper case.</summary>
    public abstract string Keyword { get; }

    /// <summary>Line on which <see cref="Text"/> ends; heredocs follow it.</summary>
    public int TextEndLine { get; init; } = Line;

    /// <summary>Line on which the instruction ends, its heredocs included.</summary>
    public int EndLine { get; init; } = Line;

    /// <summary>Whether it would go on behind the end of the file: its last line ends with the escape character.</summary>
    public bool IsOpen { get; init; }
}

/// <summary><c>FROM [--platform=P] BASE [AS NAME]</c>.</summary>
public sealed record FromInstruction(int Line, string Text, string Base, string? Alias, string? Platform) : Instruction(Line, Text)
{
    public override string Keyword => "FROM";
}

/// <summary><c>ARG NAME[=DEFAULT] …</c>; a null value has no default.</summary>
public sealed record ArgInstruction(int Line, string Text, IReadOnlyList<KeyValuePair<string, string?>> Arguments) : Instruction(Line, Text)
{
    public override string Keyword => "ARG";
}

/// <summary><c>ENV</c>: keys and values with quotes and escapes still in place.</summary>
public sealed record EnvInstruction(int Line, string Text, IReadOnlyList<KeyValuePair<string, string>> Pairs) : Instruction(Line, Text)
{
    public override string Keyword => "ENV";
}

/// <summary><c>LABEL</c>: keys and values with quotes and escapes still in place.</summary>
public sealed record LabelInstruction(int Line, string Text, IReadOnlyList<KeyValuePair<string, string>> Pairs) : Instruction(Line, Text)
{
    public override string Keyword => "LABEL";
}

/// <summary><c>WORKDIR</c>.</summary>
public sealed record WorkdirInstruction(int Line, string Text, string Path) : Instruction(Line, Text)
{
    public override string Keyword => "WORKDIR";
}

/// <summary><c>USER</c>.</summary>
public sealed record UserInstruction(int Line, string Text, string User) : Instruction(Line, Text)
{
    public override string Keyword => "USER";
}

/// <summary><c>STOPSIGNAL</c>.</summary>
public sealed record StopSignalInstruction(int Line, string Text, string Signal) : Instruction(Line, Text)
{
    public override string Keyword => "STOPSIGNAL";
}

/// <summary><c>EXPOSE</c>: words as written.</summary>
public sealed record ExposeInstruction(int Line, string Text, IReadOnlyList<string> Ports) : Instruction(Line, Text)
{
    public override string Keyword => "EXPOSE";
}

/// <summary><c>VOLUME</c> in either form.</summary>
public sealed record VolumeInstruction(int Line, string Text, IReadOnlyList<string> Paths) : Instruction(Line, Text)
{
    public override string Keyword => "VOLUME";
}

/// <summary><c>MAINTAINER</c> (deprecated).</summary>
public sealed record MaintainerInstruction(int Line, string Text, string Author) : Instruction(Line, Text)
{
    public override string Keyword => "MAINTAINER";
}

/// <summary>A command: exec form is the words, shell form is one word for the shell.</summary>
public sealed record CommandLine(bool IsShell, IReadOnlyList<string> Words);

/// <summary><c>CMD</c>.</summary>
public sealed record CmdInstruction(int Line, string Text, CommandLine Command) : Instruction(Line, Text)
{
    public override string Keyword => "CMD";
}

/// <summary><c>ENTRYPOINT</c>.</summary>
public sealed record EntrypointInstruction(int Line, string Text, CommandLine Command) : Instruction(Line, Text)
{
    public override string Keyword => "ENTRYPOINT";
}

/// <summary><c>SHELL</c>.</summary>
public sealed record ShellInstruction(int Line, string Text, IReadOnlyList<string> Words) : Instruction(Line, Text)
{
    public override string Keyword => "SHELL";
}

/// <summary><c>HEALTHCHECK</c>: <see cref="Command"/> is null for <c>NONE</c>. Durations are in nanoseconds, null where not given.</summary>
public sealed record HealthcheckInstruction(int Line, string Text, CommandLine? Command) : Instruction(Line, Text)
{
    public override string Keyword => "HEALTHCHECK";

    public long? Interval { get; init; }

    public long? Timeout { get; init; }

    public long? StartPeriod { get; init; }

    public long? StartInterval { get; init; }

    public int? Retries { get; init; }
}

/// <summary><c>RUN</c>; flags and command are kept as text, because nothing here executes it.</summary>
public sealed record RunInstruction(int Line, string Text) : Instruction(Line, Text)
{
    /// <summary>What <c>--mount</c> takes files from: stages and images, as written.</summary>
    public IReadOnlyList<string> MountSources { get; init; } = [];

    /// <summary>Whether the command, or its input, is a here-document.</summary>
    public bool HasHeredoc { get; init; }

    public override string Keyword => "RUN";
}

/// <summary><c>ONBUILD</c>; the trigger is kept as text.</summary>
public sealed record OnBuildInstruction(int Line, string Text, string Trigger) : Instruction(Line, Text)
{
    public override string Keyword => "ONBUILD";
}

/// <summary>A file written in the Dockerfile itself (<c>COPY &lt;&lt;EOF /path</c>).</summary>
/// <param name="Name">The delimiter, which is also the file's name in a folder destination.</param>
/// <param name="Content">The lines, each ended by LF.</param>
/// <param name="Expand">Whether variables are expanded (the delimiter was not quoted).</param>
public sealed record Heredoc(string Name, string Content, bool Expand);

/// <summary><c>COPY</c> and <c>ADD</c>.</summary>
public sealed record CopyInstruction(int Line, string Text) : Instruction(Line, Text)
{
    public override string Keyword => IsAdd ? "ADD" : "COPY";

    /// <summary>ADD: local archives are unpacked, URLs are fetched.</summary>
    public bool IsAdd { get; init; }

    /// <summary>Sources as written, heredocs not among them.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    public IReadOnlyList<Heredoc> Heredocs { get; init; } = [];

    public required string Destination { get; init; }

    /// <summary>Stage name, stage number or image; not expanded.</summary>
    public string? From { get; init; }

    public string? Chown { get; init; }

    public string? Chmod { get; init; }

    public bool Link { get; init; }

    /// <summary>Flags that the parser knows and a builder may not: <c>exclude</c>, <c>parents</c>, <c>checksum</c>, <c>keep-git-dir</c>, <c>unpack</c>; in the order written.</summary>
    public IReadOnlyList<string> OtherFlags { get; init; } = [];
}
