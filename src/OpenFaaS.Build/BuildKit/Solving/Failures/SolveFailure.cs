using Grpc.Core;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving.Failures;

/// <summary>Makes a coded error of a daemon's answer.</summary>
internal sealed class SolveFailure(SolvePlan plan, SolveProgress progress, string address)
{
    private const int LongestTail = 4000;
    private const int LongestRead = 64 * 1024;

    // A step that another build has done at the same moment, too: a daemon may tell it to that one only.
    private const string Untold = "(not named)";

    private readonly DockerfileName dockerfile = DockerfileName.Of(plan);

    /// <summary>The error, at the line of the Dockerfile where one is known.</summary>
    public DiagnosticException Of(RpcException e)
    {
        var details = ErrorDetails.Of(e);
        var text = FailureText.Core(OutputText.Phrase(e.Status.Detail, LongestRead));
        var step = progress.Failed(details.Vertex, text);
        var whole = step is null || step.IsQuotedIn(text) ? text : text + ": " + step.Error;

        var shown = OutputText.Shortened(whole);

        // What a step runs is quoted in the text, and must not be taken for the daemon's own words.
        var code = details.ExitCode ?? FailureText.ExitCode(text);
        var told = code is null ? OfDaemon(e.StatusCode, whole, shown) ?? OfDockerfile(details, text, shown) ?? OfImage(step, whole, shown) : null;
        return (told ?? OfStep(code, step, whole, shown) ?? BuildKitSolveDiagnostics.SolveFailed.With(shown.Length > 0 ? shown : e.StatusCode.ToString(), Source(details)))
            .At(Place(details, text, step))
            .ToException(e);
    }

    private Diagnostic? OfDaemon(StatusCode code, string text, string shown) => text switch
    {
        _ when FailureText.UnknownExporter(text) is { } exporter => BuildKitSolveDiagnostics.ExporterUnknown.With(address, exporter, shown),
        _ when FailureText.Entitlement(text) is { } right => BuildKitSolveDiagnostics.EntitlementMissing.With(right, shown),
        _ when FailureText.IsDiskFull(text) => BuildKitSolveDiagnostics.DaemonDiskFull.With(address, shown),
        _ when code == StatusCode.Unimplemented || FailureText.IsMissingFeature(text) => BuildKitSolveDiagnostics.FeatureMissing.With(address, shown),
        _ when code == StatusCode.ResourceExhausted => BuildKitSolveDiagnostics.DaemonExhausted.With(address, shown),
        _ when FailureText.IsPush(text) => BuildKitSolveDiagnostics.PushFailed.With(shown),
        _ => null,
    };

    private static Diagnostic? OfDockerfile(ErrorDetails details, string text, string shown) => text switch
    {
        _ when FailureText.UnknownTarget(text) is { } target => BuildKitSolveDiagnostics.TargetUnknown.With(target),
        _ when FailureText.DockerfileLine(text) > 0 || FailureText.IsDockerfileMistake(text) => BuildKitSolveDiagnostics.DockerfileInvalid.With(shown, Source(details)),
        _ => null,
    };

    private static Diagnostic? OfImage(Step? step, string text, string shown)
    {
        if (FailureText.Image(step?.Name ?? "", text) is not { } image)
        {
            return null;
        }

        return text switch
        {
            _ when FailureText.IsDenied(text) => BuildKitSolveDiagnostics.ImageDenied.With(image, shown),
            _ when FailureText.IsUnreachable(text) => BuildKitSolveDiagnostics.ImageUnreachable.With(image, shown),
            _ when FailureText.IsNotFound(text) => BuildKitSolveDiagnostics.ImageNotFound.With(image, shown),
            _ => null,
        };
    }

    private Diagnostic? OfStep(long? exit, Step? step, string text, string shown)
    {
        var name = step?.Name ?? Untold;
        var output = step is null ? [] : progress.Output(step);
        if (FailureText.IsOtherPlatform(text) || output.Any(FailureText.IsOtherPlatform))
        {
            return BuildKitSolveDiagnostics.PlatformNotRunnable.With(name, shown);
        }

        if (exit is { } code)
        {
            return BuildKitSolveDiagnostics.StepExited.With(name, code, step is null ? $" The daemon tells only: {shown.TrimEnd('.')}." : Tail(output));
        }

        if (FailureText.IsMissingSecret(text))
        {
            return BuildKitSolveDiagnostics.SecretMissing.With(name, shown);
        }

        if (FailureText.IsMissingSsh(text))
        {
            return BuildKitSolveDiagnostics.SshMissing.With(name, shown);
        }

        if (step is null)
        {
            return null;
        }

        return FailureText.MissingFile(text) is { } file
            ? BuildKitSolveDiagnostics.FileNotInContext.With(name, file)
            : BuildKitSolveDiagnostics.StepFailed.With(name, shown, Tail(output));
    }

    private SourceLocation? Place(ErrorDetails details, string text, Step? step)
    {
        if (details.Sources.FirstOrDefault(source => source.Line > 0) is { } source)
        {
            return new SourceLocation(dockerfile.Shown(source.File), source.Line);
        }

        var line = FailureText.DockerfileLine(text);
        if (line == 0 && step is { IsInstruction: true })
        {
            line = StepLine.Of(step, plan);
        }

        return line > 0 || step is { IsInstruction: true } || FailureText.IsDockerfileMistake(text) ? new SourceLocation(dockerfile.Path, line) : null;
    }

    private static string Source(ErrorDetails details) =>
        details.Sources.FirstOrDefault(source => source.Text.Length > 0) is { } source ? $" The line is '{source.Text}'." : "";

    /// <summary>The last lines in one, the newest for sure.</summary>
    public static string Tail(IReadOnlyList<string> output)
    {
        var lines = string.Join(" | ", output.Select(line => line.TrimEnd()).Where(line => line.Length > 0));
        return lines.Length == 0 ? " It printed nothing." : " Its last output: " + (lines.Length > LongestTail ? "…" + lines[^LongestTail..] : lines).TrimEnd('.') + ".";
    }
}
