namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>
/// Finds out that a daemon says nothing any more. What passed is counted in ticks of this process, not read from a clock: a machine that
/// was suspended, or that starved its own build, then counts as one tick and not as minutes of silence.
/// </summary>
internal sealed class SilenceWatch(TimeProvider time)
{
    /// <summary>Seconds of silence that end a session. Daemons ask for the health of a session every few seconds.</summary>
    public const int Longest = 25;

    private int messages;
    private bool listening;

    /// <summary>The next message is waited for. While the last one is still being worked on, silence is our own.</summary>
    public void Listen() => Volatile.Write(ref listening, true);

    /// <summary>A message came.</summary>
    public void Heard()
    {
        Volatile.Write(ref listening, false);
        Interlocked.Increment(ref messages);
    }

    /// <summary>Ends when nothing has come for too long.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var silent = 0; silent < Longest;)
        {
            var seen = Volatile.Read(ref messages);
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            silent = Volatile.Read(ref listening) && seen == Volatile.Read(ref messages) ? silent + 1 : 0;
        }
    }
}
