using System.Globalization;
using System.Text.RegularExpressions;
using OpenFaaS.Build.BuildKit.Solving.Failures;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.Builders.Docker.Classic;

/// <summary>Makes a coded error of what the classic builder says.</summary>
/// <param name="build">The build.</param>
/// <param name="document">Its Dockerfile.</param>
/// <param name="address">The engine, for messages.</param>
internal sealed partial class ClassicFailure(ImageBuild build, DockerfileDocument document, string address)
{
    /// <summary>The error of a step, or of what comes before the steps.</summary>
    public DiagnosticException Of(ClassicProgress progress)
    {
        var text = progress.Error ?? "";
        var step = progress.Instruction;
        var line = LineOf(progress);
        if ((progress.ExitCode ?? ExitCode(text)) is { } code)
        {
            return DockerBuildDiagnostics.StepExited.With(step, code, SolveFailure.Tail(progress.Tail)).At(build.DockerfilePath, line).ToException();
        }

        var diagnostic = OfText(text) ?? (step.Length == 0
            ? DockerBuildDiagnostics.BuildFailed.With(address, text)
            : OfImage(step, text)
                ?? (IsMissingFile(text) ? DockerBuildDiagnostics.FileNotInContext.With(step, text) : DockerBuildDiagnostics.StepFailed.With(step, text, SolveFailure.Tail(progress.Tail))));
        return diagnostic.At(build.DockerfilePath, FailureText.DockerfileLine(text) is > 0 and var told ? told : line).ToException();
    }

    /// <summary>The error of an engine that refused the build, or did not answer to its end.</summary>
    public DiagnosticException Of(EngineFailedException e, ClassicProgress progress)
    {
        var text = Status().Replace(e.Message, "");
        var line = FailureText.DockerfileLine(text);
        return (e.Status is null ? DockerBuildDiagnostics.EngineLost.With(address, e.Message).At(build.DockerfilePath, LineOf(progress))
            : (OfText(text) ?? DockerBuildDiagnostics.BuildFailed.With(address, e.Message)).At(build.DockerfilePath, line)).ToException(e);
    }

    private Diagnostic? OfText(string text) => text switch
    {
        _ when FailureText.IsDiskFull(text) => DockerBuildDiagnostics.EngineDiskFull.With(address, text),
        _ when UnknownStage().IsMatch(text) => DockerBuildDiagnostics.StageUnknown.With(build.Function.Builder.Target),
        _ when FailureText.DockerfileLine(text) > 0 || FailureText.IsDockerfileMistake(text) || OnlyBuildKit().IsMatch(text) => DockerBuildDiagnostics.DockerfileRefused.With(text),
        _ => null,
    };

    private static Diagnostic? OfImage(string step, string text)
    {
        var isImage = step.StartsWith("FROM ", StringComparison.OrdinalIgnoreCase) || text.StartsWith("invalid from flag value", StringComparison.Ordinal);
        return !isImage ? null : text switch
        {
            _ when FailureText.IsDenied(text) => DockerBuildDiagnostics.BaseDenied.With(step, text),
            _ when FailureText.IsUnreachable(text) => DockerBuildDiagnostics.BaseUnreachable.With(step, text),
            _ when FailureText.IsNotFound(text) || text.Contains("does not match the specified platform", StringComparison.Ordinal) => DockerBuildDiagnostics.BaseNotFound.With(step, text),
            _ => null,
        };
    }

    // The builder counts ARG before FROM, every FROM and every instruction up to the target's last; at its end it adds one for labels.
    private int LineOf(ClassicProgress progress)
    {
        var instructions = document.GlobalArguments.Concat(document.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From))).ToList();
        return progress.Number is > 0 and var number && number <= instructions.Count
            && progress.Instruction.StartsWith(instructions[number - 1].Keyword, StringComparison.OrdinalIgnoreCase)
            ? instructions[number - 1].Line
            : 0;
    }

    private static long? ExitCode(string text) =>
        NonZero().Match(text) is { Success: true } match ? long.Parse(match.Groups["code"].ValueSpan, CultureInfo.InvariantCulture) : null;

    private static bool IsMissingFile(string text) => Missing().IsMatch(text);

    [GeneratedRegex(@" \(status [0-9]{3}\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Status();

    [GeneratedRegex(@"returned a non-zero code: (?<code>[0-9]{1,9})\z", RegexOptions.CultureInvariant)]
    private static partial Regex NonZero();

    [GeneratedRegex("failed to reach build target|target stage .{1,300} could not be found", RegexOptions.CultureInvariant)]
    private static partial Regex UnknownStage();

    [GeneratedRegex("requires BuildKit|unknown flag: |unknown instruction: ", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex OnlyBuildKit();

    [GeneratedRegex("(?:COPY|ADD) failed: .{0,300}(?:not found|no such file|does not exist|no source files|forbidden path)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Missing();
}
