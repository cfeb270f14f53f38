using OpenFaaS.Build.Diagnostics;
namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>A log that does something as soon as a message holds a text.</summary>
/// <param name="text">The text.</param>
/// <param name="act">What is done, once.</param>
/// <param name="next">Another one that is told everything too.</param>
internal sealed class TriggerLog(string text, Action act, TriggerLog? next = null) : IBuildLog
{
    private readonly RecordingLog inner = new();
    private int done;

    public string Messages => string.Join('\n', inner.Messages);

    public IEnumerable<Diagnostic> Diagnostics => inner.Diagnostics;

    public bool HasActed => Volatile.Read(ref done) == 1;

    public void Report(Diagnostic diagnostic) => inner.Report(diagnostic);

    public void Command(string text) => inner.Command(text);

    public void Message(MessageImportance importance, string message)
    {
        inner.Message(importance, message);
        next?.Message(importance, message);
        if (message.Contains(text, StringComparison.Ordinal) && Interlocked.Exchange(ref done, 1) == 0)
        {
            act();
        }
    }
}
