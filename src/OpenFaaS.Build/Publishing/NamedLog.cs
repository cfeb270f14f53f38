using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Publishing;

/// <summary>Says of which function a message is, where several are built at once.</summary>
internal sealed class NamedLog(IBuildLog log, string name) : IBuildLog
{
    public void Report(Diagnostic diagnostic) => log.Report(diagnostic);

    public void Message(MessageImportance importance, string text) =>
        log.Message(importance, importance == MessageImportance.High ? text : $"{name}: {text}");

    public void Command(string text) => log.Command(text);
}
