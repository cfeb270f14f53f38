using System.Net.Sockets;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>Asks a daemon what it is.</summary>
internal static class DaemonQuestions
{
    /// <summary>Its version and labels.</summary>
    /// <param name="control">The calls of the daemon.</param>
    /// <param name="transport">The way to it.</param>
    /// <param name="connected">Ends with the first connection of the calls.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">It cannot be reached, or is no BuildKit.</exception>
    public static async Task<DaemonInfo> AskAsync(ControlCalls control, IBuildKitTransport transport, Task connected, CancellationToken cancellationToken)
    {
        try
        {
            var version = Task.Run(() => VersionAsync(control, cancellationToken), cancellationToken);
            _ = version.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            await connected.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!connected.IsCompletedSuccessfully || transport.IsEngineWithoutImageStore)
            {
                // Without a connection, the call tells why. An old engine's worker has no labels, and it tries the machine's emulators one by one before it
                // says so.
                return new DaemonInfo(await version, new Dictionary<string, string>()) { IsInOldEngine = transport.IsEngineWithoutImageStore };
            }

            var workers = await control.ListWorkersAsync(cancellationToken);
            var worker = workers.Record.FirstOrDefault() ?? throw BuildKitConnectionDiagnostics.NoWorker.With(transport.Address).ToException();
            return new DaemonInfo(await version, new Dictionary<string, string>(worker.Labels, StringComparer.Ordinal));
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Describe(e, transport.Address);
        }
    }

    private static async Task<string> VersionAsync(ControlCalls control, CancellationToken cancellationToken) =>
        (await control.InfoAsync(cancellationToken))?.BuildkitVersion?.Version ?? "";

    private static DiagnosticException Describe(RpcException e, string address)
    {
        // What the transport has said is said best by itself.
        if (CallCauses.Find<DiagnosticException>(e) is { } known)
        {
            return new DiagnosticException(known.Diagnostics, e);
        }

        // Without an inner exception it is the daemon itself that has answered.
        var broken = e.Status.DebugException;
        if (e.StatusCode == StatusCode.Unimplemented || (broken is null && e.Status.Detail.StartsWith("Bad gRPC response", StringComparison.Ordinal)))
        {
            return BuildKitConnectionDiagnostics.NoBuildKit.With(address, "it speaks HTTP/2, and does not know BuildKit's service").ToException(e);
        }

        return broken switch
        {
            null => BuildKitConnectionDiagnostics.DaemonRefused.With(address, $"{SafeText.Neutralize(e.Status.Detail).TrimEnd('.')} ({e.StatusCode})").ToException(e),
            _ when CallCauses.Find<SocketException>(e) is not null || CallCauses.Find<IOException>(e) is not null => BuildKitConnectionDiagnostics.Unreachable.With(address, "the connection was cut").ToException(e),
            _ => BuildKitConnectionDiagnostics.NoBuildKit.With(address, "what it sends is no valid HTTP/2").ToException(e),
        };
    }
}
