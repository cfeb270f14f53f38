using OpenFaaS.Build.BuildKit.Solving.Failures;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>Makes a coded error of what a tool with BuildKit inside or behind it said.</summary>
internal static class BuildKitFailure
{
    private const int LongestOutput = 4000;

    /// <param name="build">The build.</param>
    /// <param name="tool">The tool, for messages.</param>
    /// <param name="exitCode">Its exit code, which is 1 whatever failed.</param>
    /// <param name="text">What it said as progress.</param>
    /// <param name="errors">The last lines of its standard error.</param>
    public static DiagnosticException Of(ImageBuild build, string tool, int exitCode, BuildKitText text, IReadOnlyList<string> errors)
    {
        var reason = (text.Failure.Length > 0 ? text.Failure : errors.LastOrDefault(line => line.Trim().Length > 0)?.Trim() ?? "it printed nothing").TrimEnd('.');
        var shown = OutputText.Shortened(reason);
        var step = text.FailedStep;
        var instruction = Instruction(step);

        // What a step runs is quoted in the text, and must not be taken for the tool's own words.
        var diagnostic = FailureText.ExitCode(reason) is { } code && step.Length > 0 ? ToolBuildDiagnostics.StepExited.With(step, code, Output(text))
            : instruction.StartsWith("RUN ", StringComparison.Ordinal) ? LegacyToolDiagnostics.StepFailed.With(step, tool, Output(text))
            : OfImage(tool, step, reason, shown) ?? ToolBuildDiagnostics.BuildFailed.With(tool, exitCode, shown);
        return diagnostic.At(PlaceOf(build, instruction, reason)).ToException();
    }

    /// <summary>The line to blame: the one that the reason names, else that of the step's instruction, else the function's.</summary>
    /// <param name="build">The build.</param>
    /// <param name="step">Name of the step, as BuildKit gives it; empty where none is known.</param>
    /// <param name="reason">What is said of the failure.</param>
    public static SourceLocation Place(ImageBuild build, string step, string reason) => PlaceOf(build, Instruction(step), reason);

    private static Diagnostic? OfImage(string tool, string step, string text, string shown) => FailureText.Image(step, text) is not { } image ? null
        : FailureText.IsDenied(text) ? ToolBuildDiagnostics.ImageDenied.With(tool, image, shown)
        : FailureText.IsUnreachable(text) ? ToolBuildDiagnostics.ImageUnreachable.With(tool, image, shown)
        : FailureText.IsNotFound(text) ? ToolBuildDiagnostics.ImageNotFound.With(tool, image, shown)
        : null;

    private static string Output(BuildKitText text) => text.FailedOutput.Count == 0
        ? " It printed nothing."
        : $" Its last output: {LastOf(string.Join(" | ", text.FailedOutput.Select(line => line.TrimEnd())), LongestOutput).TrimEnd('.')}.";

    private static string LastOf(string text, int longest) => text.Length <= longest ? text : "…" + text[^longest..];

    // The name of a step is "[stage 2/3] RUN …", cut after 72 characters.
    private static string Instruction(string step) => step.StartsWith('[') && step.IndexOf("] ", StringComparison.Ordinal) is var end and > 0 ? step[(end + 2)..] : step;

    private static SourceLocation PlaceOf(ImageBuild build, string instruction, string reason)
    {
        if (FailureText.DockerfileLine(reason) is > 0 and var line)
        {
            return new SourceLocation(build.DockerfilePath, line);
        }

        // What could not be parsed was refused before it was built.
        var start = Words(instruction.TrimEnd('.'));
        var found = start.Length == 0 ? null : DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath).Stages
            .SelectMany(stage => stage.Instructions.Prepend(stage.From))
            .FirstOrDefault(candidate => Words(candidate.Text).StartsWith(start, StringComparison.OrdinalIgnoreCase));
        return found is null ? build.Function.Origin : new SourceLocation(build.DockerfilePath, found.Line);
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
