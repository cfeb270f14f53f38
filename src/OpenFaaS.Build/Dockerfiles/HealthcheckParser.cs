using System.Globalization;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Parses HEALTHCHECK.</summary>
internal static class HealthcheckParser
{
    private const long Shortest = 1_000_000;

    /// <exception cref="DiagnosticException">The type is unknown, the command is missing, or a flag has a value that is no duration or number.</exception>
    public static HealthcheckInstruction Parse(InstructionLine line)
    {
        var arguments = line.SingleArgument();
        var end = 0;
        while (end < arguments.Length && !char.IsWhiteSpace(arguments[end]))
        {
            end++;
        }

        var command = arguments[end..].Trim();
        switch (arguments[..end].ToUpperInvariant())
        {
            case "NONE":
                return command.Length == 0 ? new(line.Line, line.Text, null) : throw line.Invalid("NONE takes no arguments");
            case "CMD":
                break;
            case var type:
                throw line.Invalid($"has the type '{Excerpt.Of(type)}', which is neither NONE nor CMD");
        }

        var flags = InstructionFlags.Parse(line, "interval", "timeout", "start-period", "start-interval", "retries");
        var words = JsonArguments.Parse(line, command);
        return (words?.Count ?? command.Length) == 0
            ? throw line.Invalid("CMD needs a command")
            : new HealthcheckInstruction(line.Line, line.Text, new CommandLine(words is null, words ?? [command]))
            {
                Interval = Duration(flags, "interval"),
                Timeout = Duration(flags, "timeout"),
                StartPeriod = Duration(flags, "start-period"),
                StartInterval = Duration(flags, "start-interval"),
                Retries = Retries(flags),
            };
    }

    private static long? Duration(InstructionFlags flags, string name) =>
        flags.Value(name) is not { Length: > 0 } text ? null
        : !GoDuration.TryParse(text, out var duration) ? throw flags.Invalid(name, $"has the value '{Excerpt.Of(text)}', which is not a duration such as 30s or 1m30s")
        : duration != 0 && duration < Shortest ? throw flags.Invalid(name, "is shorter than 1ms")
        : duration;

    private static int? Retries(InstructionFlags flags) =>
        flags.Value("retries") is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var retries) && retries >= 0 ? retries
        : throw flags.Invalid("retries", $"has the value '{Excerpt.Of(text)}', which is not a number from 0");
}
