using System.Globalization;
using System.Text.RegularExpressions;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>Warnings of the Dockerfile frontend, each told once.</summary>
internal sealed partial class LintWarnings(DockerfileName dockerfile, IBuildLog log, WarningMemory told)
{
    private const int Most = 100;
    private const int LongestText = 1000;
    private const int LongestUrl = 300;

    private int shown;
    private int beyond;

    /// <summary>Takes up a warning.</summary>
    public void Take(VertexWarning warning)
    {
        var text = OutputText.Phrase(OutputText.Clean(warning.Short.Span, LongestText), LongestText);
        var line = warning.Ranges.Select(range => range.Start?.Line ?? 0).FirstOrDefault(number => number > 0);
        if (LineNote().Match(text) is { Success: true } note)
        {
            line = line > 0 ? line : int.Parse(note.Groups["line"].ValueSpan, CultureInfo.InvariantCulture);
            text = text[..note.Index];
        }

        var place = new SourceLocation(dockerfile.Shown(warning.Info?.Filename), line);
        if (text.Length == 0 || !told.Add(text, place))
        {
            return;
        }

        if (shown == Most)
        {
            beyond++;
            return;
        }

        shown++;
        log.Report(BuildKitSolveDiagnostics.Lint.With(Whole(text, warning)).At(place));
    }

    /// <summary>Says how many were not shown.</summary>
    public void End()
    {
        if (beyond > 0)
        {
            log.Report(BuildKitSolveDiagnostics.MoreLint.With(beyond).At(dockerfile.Path));
            beyond = 0;
        }
    }

    private static string Whole(string text, VertexWarning warning)
    {
        var detail = string.Join(' ', warning.Detail.Take(3).Select(part => OutputText.Phrase(OutputText.Clean(part.Span, LongestText), LongestText)));
        var url = OutputText.Phrase(warning.Url, LongestUrl);
        return text + (url.Length > 0 ? $" ({url})." : ".") + (detail.Length > 0 && detail != text ? $" {detail}." : "");
    }

    [GeneratedRegex(@" ?\(line (?<line>[0-9]{1,7})\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex LineNote();
}
