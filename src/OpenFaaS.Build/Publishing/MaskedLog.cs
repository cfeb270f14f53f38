using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Publishing;

/// <summary>
/// Shows no value that the user gave by reference (<c>env:</c>, <c>file:</c>): engines name a step by its command with arguments expanded, and steps
/// may print them. Values of fewer than four characters are shown, since they would make every message unreadable.
/// </summary>
internal sealed class MaskedLog : IBuildLog
{
    private const int Shortest = 4;
    private const string Mask = "***";
    private readonly IBuildLog log;
    private readonly IReadOnlyList<string> values;

    /// <param name="log">Where masked messages go.</param>
    /// <param name="values">The values; of one with several lines every line is masked.</param>
    public MaskedLog(IBuildLog log, IEnumerable<string> values)
    {
        this.log = log;
        this.values =
        [
            .. values.SelectMany(value => value.Split('\n').Append(value)).Select(value => value.Trim()).Where(value => value.Length >= Shortest)
                .Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length),
        ];
    }

    public void Report(Diagnostic diagnostic) => log.Report(Hide(diagnostic));

    public void Message(MessageImportance importance, string text) => log.Message(importance, Hide(text));

    public void Command(string text) => log.Command(text);

    /// <summary>The failure without the values.</summary>
    public DiagnosticException Hide(DiagnosticException failure) =>
        failure.Diagnostics.Any(diagnostic => Hide(diagnostic.Message) != diagnostic.Message)
            ? new DiagnosticException([.. failure.Diagnostics.Select(Hide)], failure.InnerException)
            : failure;

    private Diagnostic Hide(Diagnostic diagnostic) => diagnostic with { Message = Hide(diagnostic.Message) };

    private string Hide(string text) => values.Aggregate(text, (hidden, value) => hidden.Replace(value, Mask, StringComparison.Ordinal));
}
