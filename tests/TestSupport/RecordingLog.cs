using System.Collections.Concurrent;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A log that keeps what it is told.</summary>
public sealed class RecordingLog : IBuildLog
{
    private readonly ConcurrentQueue<Diagnostic> diagnostics = new();
    private readonly ConcurrentQueue<string> messages = new();

    public IReadOnlyCollection<Diagnostic> Diagnostics => diagnostics;

    public IReadOnlyCollection<string> Messages => messages;

    public void Report(Diagnostic diagnostic) => diagnostics.Enqueue(diagnostic);

    public void Command(string text) => messages.Enqueue(text);

    public void Message(MessageImportance importance, string text) => messages.Enqueue(text);
}
