namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>What a container printed, with times in nanoseconds that no two lines share.</summary>
internal sealed class PodLogBook
{
    private readonly Lock gate = new();
    private readonly List<(long Time, string Text)> lines = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long last;

    /// <summary>Whether nothing more comes.</summary>
    public bool IsEnded { get; private set; }

    public void Add(string text)
    {
        lock (gate)
        {
            last = Math.Max(last + 1, (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100);
            lines.Add((last, text));
            Signal();
        }
    }

    public void End()
    {
        lock (gate)
        {
            IsEnded = true;
            Signal();
        }
    }

    /// <summary>Lines from an index on, and a task that ends when there is more.</summary>
    public (IReadOnlyList<(long Time, string Text)> Lines, bool IsEnded, Task More) From(int index)
    {
        lock (gate)
        {
            return ([.. lines.Skip(index)], IsEnded, changed.Task);
        }
    }

    private void Signal()
    {
        var told = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }
}
