using OpenFaaS.Build.BuildKit.Connections.Stdio;

namespace OpenFaaS.Build.BuildKit.Connections.Daemonless;

/// <summary>
/// A daemon of this build's own: <c>buildkitd</c> of <c>PATH</c>, started with the first connection and stopped with this object. All connections of one object
/// share the daemon; other builds have others.
/// </summary>
internal sealed class DaemonlessTransport : DialledTransport
{
    private readonly string program;
    private readonly Func<string, string?> environment;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim starting = new(1);
    private PrivateDaemon? daemon;

    private DaemonlessTransport(string program, Func<string, string?> environment, TimeProvider time) =>
        (this.program, this.environment, this.time) = (program, environment, time);

    public override string Address => $"{program} (started for this build)";

    /// <summary>The transport, or null where there is no <c>buildkitd</c> in <c>PATH</c>; nothing is started yet.</summary>
    /// <param name="settings">Its environment holds <c>PATH</c>, <c>BUILDKITD_FLAGS</c>, and the place of the user's cache.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public static DaemonlessTransport? TryCreate(ConnectionSettings settings, TimeProvider? time = null) =>
        DaemonProgram.Find(settings.Environment) is { } program ? new DaemonlessTransport(program, settings.Environment, time ?? TimeProvider.System) : null;

    public override TimeSpan OpeningTime => PrivateDaemon.ReadyLimit + Supervisor.Grace;

    protected override async Task<Stream> DialAsync(CancellationToken cancellationToken)
    {
        await starting.WaitAsync(cancellationToken);
        try
        {
            // One that has ended is replaced: what ended it stands in the error of the connection that it broke.
            if (daemon is { IsRunning: false } ended)
            {
                daemon = null;
                await ended.DisposeAsync();
            }

            daemon ??= await PrivateDaemon.StartAsync(DaemonProgram.Of(program, environment), environment, time, cancellationToken);
        }
        finally
        {
            starting.Release();
        }

        return await daemon.ConnectAsync(cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        // Ends a start that is under way, too.
        await base.DisposeAsync();
        await starting.WaitAsync();
        try
        {
            if (daemon is { } running)
            {
                daemon = null;
                await running.DisposeAsync();
            }
        }
        finally
        {
            starting.Release();
        }
    }
}
