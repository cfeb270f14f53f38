using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB22xx: reading a Dockerfile. One static readonly field a code; codes are never reused.</summary>
public static class DockerfileDiagnostics
{
    public static readonly DiagnosticDescriptor NothingToBuild = new("OFB2201", Error,
        "The Dockerfile has no {0}.",
        "The file is empty, or holds only comments or ARG instructions.",
        "Begin a stage with FROM.");

    public static readonly DiagnosticDescriptor TooLarge = new("OFB2202", Error,
        "The Dockerfile has more than {0}.",
        "The size of a Dockerfile, of its lines and the number of its instructions are bounded.",
        "Copy large content from files instead of writing it in the Dockerfile, or split the Dockerfile.");

    public static readonly DiagnosticDescriptor InvalidDirective = new("OFB2203", Error,
        "The parser directive '{0}' {1}.",
        "A parser directive (# syntax=, # escape=, # check=) stands at the top of the Dockerfile, at most once, and the escape character is \\ or `.",
        "Correct or remove the directive.");

    public static readonly DiagnosticDescriptor UnknownInstruction = new("OFB2204", Error,
        "'{0}' is not a Dockerfile instruction{1}.",
        "The line begins with a word that no Dockerfile instruction has.",
        "Correct the word, or end the line before it with the escape character if it continues an instruction.");

    public static readonly DiagnosticDescriptor NoStage = new("OFB2205", Error,
        "{0} stands before the first FROM.",
        "Only ARG may stand before the first FROM.",
        "Move the instruction into a stage.");

    public static readonly DiagnosticDescriptor InvalidFlag = new("OFB2206", Error,
        "The flag '{0}' of {1} {2}.",
        "The instruction does not have this flag, has it twice, or cannot read its value.",
        "Correct the flag.");

    public static readonly DiagnosticDescriptor InvalidArguments = new("OFB2207", Error,
        "{0} {1}.",
        "The instruction has too many or too few arguments, or one that it cannot read.",
        "Correct the instruction.");

    public static readonly DiagnosticDescriptor InvalidStageName = new("OFB2208", Error,
        "'{0}' is not a name for a stage.",
        "The name of a stage begins with a letter and holds letters, digits, '-', '_' and '.'.",
        "Rename the stage.");

    public static readonly DiagnosticDescriptor UnterminatedHeredoc = new("OFB2209", Error,
        "The heredoc '{0}' does not end.",
        "No line after the instruction consists of the heredoc's delimiter alone.",
        "Add the delimiter on a line of its own, without blanks before or after it (tabs before it are allowed after <<-).");

    public static readonly DiagnosticDescriptor InvalidExpansion = new("OFB2210", Error,
        "'{0}' cannot be expanded: {1}.",
        "A quote or a variable reference is malformed, or a variable that is required with ${NAME:?message} is not set.",
        "Correct the word or set the build argument; write \\$ for a dollar sign.");

    public static readonly DiagnosticDescriptor InvalidStageReference = new("OFB2211", Error,
        "{0} cannot use '{1}': {2}.",
        "FROM and COPY --from take an earlier stage or an image, and --from is not expanded.",
        "Name an earlier stage by its name or number, or an image; for a variable image declare a stage with FROM and copy from that.");
}
