using System.Runtime.InteropServices;

namespace OpenFaaS.Build.Worker;

/// <summary>What stops the worker: SIGINT, SIGTERM, SIGHUP, and the end of standard input. The first one asks, a second signal ends the process at once.</summary>
internal sealed class Cancellation : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private int signals;

    public Cancellation()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }
    }

    /// <summary>Cancelled on the first of these events.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Cancels when standard input ends: MSBuild has gone away, or wants the worker to.</summary>
    public void FollowStandardInput()
    {
        // Its own thread, since a pending read of a pipe cannot be cancelled; as a background thread it holds nothing up.
        var reader = new Thread(ReadToEnd) { IsBackground = true, Name = "Lifeline" };
        reader.Start();
    }

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        // Not the source: the lifeline may still cancel it.
    }

    private void ReadToEnd()
    {
        try
        {
            using var input = Console.OpenStandardInput();
            Span<byte> buffer = stackalloc byte[64];
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe is an end, too.
        }

        source.Cancel();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref signals) > 1)
        {
            return; // The default action of the second signal ends the process.
        }

        context.Cancel = true;
        source.Cancel();
    }
}
