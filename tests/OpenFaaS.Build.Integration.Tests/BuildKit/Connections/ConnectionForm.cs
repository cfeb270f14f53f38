using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Daemonless;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections;

/// <summary>A form of address with a real BuildKit behind it.</summary>
/// <param name="Name">How test names call it.</param>
/// <param name="IsEngine">Whether a Docker Engine's API is at the address.</param>
/// <param name="StartAsync">Puts the BuildKit of an engine (<c>unix://…</c>) behind the form; the folder is the test's.</param>
internal sealed record ConnectionForm(string Name, bool IsEngine, Func<string, string, CancellationToken, Task<RunningForm>> StartAsync);

/// <summary>A form that can be connected to.</summary>
/// <param name="Settings">Settings with the address.</param>
/// <param name="Owner">Stops what was started; null where nothing was.</param>
/// <param name="OpenConnections">Connections that are open at the other side; null where it cannot be told.</param>
internal sealed record RunningForm(ConnectionSettings Settings, IAsyncDisposable? Owner = null, Func<int>? OpenConnections = null) : IAsyncDisposable
{
    /// <summary>Without an address the daemon is one that is started for the transport.</summary>
    public IBuildKitTransport NewTransport() => Settings.Endpoints is [var address, ..] ? TransportForms.Create(address, Settings) : DaemonlessTransport.TryCreate(Settings)!;

    public ValueTask DisposeAsync() => Owner?.DisposeAsync() ?? ValueTask.CompletedTask;
}
