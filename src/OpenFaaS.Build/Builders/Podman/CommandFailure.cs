using System.Globalization;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.BuildKit.Solving.Failures;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>What the last words of a failed build mean. They are for people and change, so the patterns are short pieces that have stayed.</summary>
/// <param name="name">The engine, for messages.</param>
/// <param name="document">The Dockerfile.</param>
internal sealed partial class CommandFailure(string name, DockerfileDocument document)
{
    /// <summary>What the commands put before an error.</summary>
    public const string Mark = "Error: ";

    /// <summary>The exit code with which the commands end for reasons of their own.</summary>
    public const int OwnExit = 125;

    /// <summary>The step that a line announces; null for other lines.</summary>
    public static string? Step(string line) => StepLine().Match(line) is { Success: true } match ? match.Groups["step"].Value : null;

    /// <summary>The error line, without its mark.</summary>
    public static string Said(ToolOutput output) =>
        OutputText.Phrase(output.Errors.LastOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal))?[Mark.Length..] ?? output.Errors.LastOrDefault(line => line.Trim().Length > 0) ?? "it says nothing");

    /// <summary>The error of a build that ended with a code other than 0.</summary>
    public DiagnosticException Of(int exitCode, ToolOutput output)
    {
        var text = Said(output);

        // What is told ends where the first quote does, which may be the step's own.
        var step = Building().Match(text) is { Success: true } building && !output.Step.StartsWith(building.Groups["step"].Value, StringComparison.Ordinal)
            ? building.Groups["step"].Value
            : output.Step;
        var diagnostic = OfStep(exitCode, text, step, output) ?? OfImage(text) ?? ToolBuildDiagnostics.BuildFailed.With(name, exitCode, text);
        return diagnostic.At(Place(step)).ToException();
    }

    private static Diagnostic? OfStep(int exitCode, string text, string step, ToolOutput output)
    {
        if (!step.StartsWith("RUN", StringComparison.OrdinalIgnoreCase))
        {
            return Missing().Match(text) is { Success: true } missing ? BuildKitSolveDiagnostics.FileNotInContext.With(step, missing.Groups["path"].Value) : null;
        }

        // A step's own code stands at the end of the text; the command passes it on too, and the service has no other way.
        var code = Exit().Match(text) is { Success: true } exit ? int.Parse(exit.Groups["code"].ValueSpan, CultureInfo.InvariantCulture)
            : exitCode == OwnExit ? (int?)null
            : exitCode;
        return code is { } told ? ToolBuildDiagnostics.StepExited.With(step, told, output.Failure()) : null;
    }

    private Diagnostic? OfImage(string text)
    {
        var image = Source().Match(text) is { Success: true } source ? source.Groups["image"].Value
            : Unknown().Match(text) is { Success: true } unknown ? unknown.Groups["image"].Value
            : null;
        return image is null ? null
            : FailureText.IsDenied(text) ? ToolBuildDiagnostics.ImageDenied.With(name, image, text)
            : FailureText.IsUnreachable(text) ? ToolBuildDiagnostics.ImageUnreachable.With(name, image, text)
            : ToolBuildDiagnostics.ImageNotFound.With(name, image, text);
    }

    // Steps are told as they are written, with other spaces; a FROM by the digest that its image was found to have.
    private SourceLocation Place(string step)
    {
        var words = Words(step);
        var line = document.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From))
            .FirstOrDefault(instruction => Words(instruction.Text) == words || Words($"{instruction.Keyword} {instruction.Text}") == words)?.Line
            ?? document.Stages.FirstOrDefault(stage => IsFrom(stage.From, words))?.From.Line;
        return new SourceLocation(document.Path, line ?? 0);
    }

    private static bool IsFrom(FromInstruction from, string words) =>
        words.Split(' ') is ["FROM", var taken, ..] && ImageReference.TryParse(taken, out var image) && ImageReference.TryParse(from.Base, out var named) && image.Name == named.Name;

    private static string Words(string text) => string.Join(' ', text.Split([' ', '\t', '\n', '\r', '\\'], StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"\A(?:\[[^\]]{1,80}\] ?){0,3}STEP [0-9]+(?:/[0-9]+)?: (?<step>.*)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex StepLine();

    [GeneratedRegex("building at STEP \"(?<step>.{1,400}?)\": ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Building();

    [GeneratedRegex(@"exit status (?<code>[0-9]{1,3})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Exit();

    [GeneratedRegex(@"docker://(?<image>[^\s""]{1,300}?)(?:: |[\s""]|\z)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Source();

    [GeneratedRegex(@"short-name ""(?<image>[^""]{1,300})""|(?<image>[^\s""]{1,300}): image not known", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Unknown();

    [GeneratedRegex("copier: stat: \"(?<path>[^\"]{1,300})\": no such file", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Missing();
}
