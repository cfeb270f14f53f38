using System.Globalization;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.BuildKit.Solving.Failures;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>What the executor's last words mean. They are for people and change, so the patterns are short pieces that have stayed.</summary>
/// <param name="build">The build.</param>
/// <param name="document">Its Dockerfile.</param>
/// <param name="images">The images that it names.</param>
/// <param name="names">Where the image goes; null where it is not pushed.</param>
internal sealed partial class ExecutorFailure(ImageBuild build, DockerfileDocument document, IReadOnlyList<ImageReference> images, IReadOnlyList<ImageReference>? names)
{
    private const string Tool = "kaniko";

    /// <summary>Killed; a program that ends by itself does not say so.</summary>
    private const int Killed = 137;

    /// <summary>The error of a run that ended with a code other than 0.</summary>
    public DiagnosticException Of(int exitCode, ExecutorOutput output)
    {
        var text = Said(output);
        var diagnostic = OfStep(text, output) ?? OfKill(exitCode, text, output) ?? OfPush(text) ?? OfImage(text) ?? ToolBuildDiagnostics.BuildFailed.With(Tool, exitCode, text.Length > 0 ? text : "it says nothing");
        return diagnostic.At(Place(text, diagnostic.Descriptor == ToolBuildDiagnostics.BuildFailed ? "" : output.Step)).ToException();
    }

    // The reason is the last of them; before it may stand what was tried again.
    private static string Said(ExecutorOutput output) => OutputText.Phrase(output.Errors.LastOrDefault(line => line.Trim().Length > 0) ?? "");

    private static Diagnostic? OfStep(string text, ExecutorOutput output)
    {
        var match = Waited().Match(text);
        return !match.Success || output.Step.Length == 0 ? null
            : ToolBuildDiagnostics.StepExited.With(output.Step, match.Groups["code"].Success ? int.Parse(match.Groups["code"].ValueSpan, CultureInfo.InvariantCulture) : Killed, output.Failure());
    }

    private static Diagnostic? OfKill(int exitCode, string text, ExecutorOutput output) =>
        exitCode == Killed && text.Length == 0 ? KanikoDiagnostics.ExecutorKilled.With(exitCode, output.Step, output.Failure()) : null;

    private Diagnostic? OfPush(string text) =>
        names is not null && Push().IsMatch(text) ? ToolBuildDiagnostics.PushFailed.With(Tool, names.FirstOrDefault(name => text.Contains(name.ToString(), StringComparison.Ordinal)) ?? names[0], text) : null;

    private Diagnostic? OfImage(string text) => images.FirstOrDefault(image => text.Contains(image.Repository, StringComparison.Ordinal)) is not { } image ? null
        : FailureText.IsDenied(text) || text.Contains("UNAUTHORIZED", StringComparison.Ordinal) ? ToolBuildDiagnostics.ImageDenied.With(Tool, image, text)
        : FailureText.IsUnreachable(text) ? ToolBuildDiagnostics.ImageUnreachable.With(Tool, image, text)
        : FailureText.IsNotFound(text) ? ToolBuildDiagnostics.ImageNotFound.With(Tool, image, text)
        : null;

    // Steps are told as they are written, on one line.
    private SourceLocation Place(string text, string step)
    {
        if (FailureText.DockerfileLine(text) is > 0 and var told)
        {
            return new SourceLocation(document.Path, told);
        }

        var words = Words(step);
        var found = words.Length == 0 ? null : document.Stages.SelectMany(stage => stage.Instructions)
            .FirstOrDefault(instruction => Words(instruction.Text) == words || Words($"{instruction.Keyword} {instruction.Text}") == words);
        return found is null ? build.Function.Origin : new SourceLocation(document.Path, found.Line);
    }

    private static string Words(string text) => string.Join(' ', text.Split([' ', '\t', '\n', '\r', '\\'], StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("waiting for process to exit: (?:exit status (?<code>[0-9]{1,3})|signal: [a-z ]{1,40})", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Waited();

    [GeneratedRegex(@"\Aerror (?:pushing image|checking push permissions)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Push();
}
