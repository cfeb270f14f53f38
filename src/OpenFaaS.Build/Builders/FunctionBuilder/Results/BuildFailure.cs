using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.BuildKit.Solving.Failures;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Results;

/// <summary>Makes the verdict on a build of what the builder said: only the status <c>success</c> of a complete answer is one.</summary>
/// <param name="build">The build.</param>
/// <param name="address">The builder, for messages.</param>
internal sealed class BuildFailure(ImageBuild build, string address)
{
    private const string Success = "success";
    private const int LongestError = 64 * 1024;

    // The documentation says the one, the builder's own client the other.
    private static readonly string[] Failures = ["failed", "failure"];

    /// <summary>The error that an answer stands for; null for success.</summary>
    public DiagnosticException? Of(ResultReader results, BuildProgress progress)
    {
        if (!results.IsComplete)
        {
            return RemoteBuilderDiagnostics.ConnectionLost.With(address, "its answer ends within a result", progress.Tail()).ToException();
        }

        var status = results.Status ?? "";
        if (status == Success)
        {
            return null;
        }

        return Failures.Contains(status, StringComparer.Ordinal)
            ? OfBuild(OutputText.Phrase(results.Error ?? progress.LastLine, LongestError), progress)
            : RemoteBuilderDiagnostics.NoVerdict.With(address, status.Length > 0 ? OutputText.Phrase(status, 100) : "none", progress.Tail()).ToException();
    }

    private DiagnosticException OfBuild(string text, BuildProgress progress)
    {
        var reason = FailureText.Core(text.Length > 0 ? text : "it gives no reason");
        var step = progress.StepOf(reason);
        var diagnostic = FailureText.ExitCode(reason) is { } code && step.Length > 0
            ? RemoteBuilderDiagnostics.StepExited.With(step, code, progress.Tail())
            : RemoteBuilderDiagnostics.BuildFailed.With(address, OutputText.Shortened(reason), progress.Tail());
        return diagnostic.At(BuildKitFailure.Place(build, step, reason)).ToException();
    }
}
