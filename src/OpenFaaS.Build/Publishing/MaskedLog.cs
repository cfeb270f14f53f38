using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Publishing;

/// <summary>Shows none of the values that are to stay hidden.</summary>
/// <param name="log">Where messages go without them.</param>
/// <param name="hidden">The values.</param>
internal sealed class MaskedLog(IBuildLog log, HiddenValues hidden) : IBuildLog
{
    public void Report(Diagnostic diagnostic) => log.Report(Hide(diagnostic));

    public void Message(MessageImportance importance, string text) => log.Message(importance, hidden.In(text));

    public void Command(string text) => log.Command(text);

    /// <summary>The failure without the values.</summary>
    public DiagnosticException Hide(DiagnosticException failure) =>
        failure.Diagnostics.Any(diagnostic => hidden.In(diagnostic.Message) != diagnostic.Message)
            ? new DiagnosticException([.. failure.Diagnostics.Select(Hide)], failure.InnerException)
            : failure;

    private Diagnostic Hide(Diagnostic diagnostic) => diagnostic with { Message = hidden.In(diagnostic.Message) };
}
