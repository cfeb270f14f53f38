using System.Net;
using OpenFaaS.Build.BuildKit.Connections.Stdio;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections.Exec;

/// <summary>A daemon in a container, through the API of its engine: no command line tool is needed.</summary>
internal sealed class ContainerTransport : DialledTransport
{
    private static readonly string[] Command = ["buildctl", "dial-stdio"];
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private readonly ContainerAddress container;
    private readonly Func<string, string?> environment;
    private readonly TimeProvider time;
    private EngineAddress? engine;

    private ContainerTransport(ContainerAddress container, Func<string, string?> environment, TimeProvider time) =>
        (this.container, this.environment, this.time) = (container, environment, time);

    public override string Address => container.ToString();

    /// <summary>The transport for an address; nothing is opened yet.</summary>
    /// <param name="address"><c>docker-container://NAME</c> or <c>podman-container://NAME</c>.</param>
    /// <param name="settings">Its environment names the engine.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="DiagnosticException">The address cannot be used (OFB5020).</exception>
    public static ContainerTransport Create(string address, ConnectionSettings settings, TimeProvider? time = null) =>
        new(ContainerAddress.Parse(address), settings.Environment, time ?? TimeProvider.System);

    public override TimeSpan OpeningTime => TimeSpan.FromSeconds(30);

    protected override async Task<Stream> DialAsync(CancellationToken cancellationToken)
    {
        engine ??= await ContainerEngine.FindAsync(container, environment, time, cancellationToken);
        var exec = new EngineExec(engine);
        try
        {
            var id = await ContainerEngine.DeadlineAsync(token => exec.CreateAsync(container.Name, Command, token), time, cancellationToken);
            var streams = await ContainerEngine.DeadlineAsync(token => exec.StartAsync(id, token), time, cancellationToken);
            var end = new ContainerEnd(container.Name, engine, exec, id, streams, time);
            return await DialledStream.OpenAsync(streams, end.ExplainAsync, Silence, time, cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw (await RefusedAsync(exec, engine.Text, e, cancellationToken)).ToException(e);
        }
    }

    private async Task<Diagnostic> RefusedAsync(EngineExec exec, string at, EngineFailedException e, CancellationToken cancellationToken) => e switch
    {
        { Status: HttpStatusCode.NotFound } => BuildKitProcessDiagnostics.ContainerMissing.With(container.Name, at),
        { Status: HttpStatusCode.Conflict } => BuildKitProcessDiagnostics.ContainerNotRunning.With(container.Name, at, e.Message),
        { Status: not null } when ContainerEnd.IsMissingProgram(e.Message) => BuildKitProcessDiagnostics.ContainerWithoutBuildctl.With(container.Name, at, e.Message),

        // Podman has one status for all that goes wrong.
        { Status: not null } when !await IsRunningAsync(exec, cancellationToken) => BuildKitProcessDiagnostics.ContainerNotRunning.With(container.Name, at, e.Message),
        _ => BuildKitProcessDiagnostics.ContainerDaemonUnreachable.With(container.Name, at, e.Message),
    };

    private async Task<bool> IsRunningAsync(EngineExec exec, CancellationToken cancellationToken)
    {
        try
        {
            return await ContainerEngine.DeadlineAsync(token => exec.StateAsync(container.Name, token), time, cancellationToken) == "running";
        }
        catch (EngineFailedException)
        {
            // What it could not do before says more.
            return true;
        }
    }
}
