using System.Net.Sockets;
using Grpc.Core;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;
using Platform = OpenFaaS.Build.Oci.Platform;

namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>Asks a daemon what it is.</summary>
internal static class DaemonQuestions
{
    /// <summary>Version, platforms and labels.</summary>
    /// <exception cref="DiagnosticException">It cannot be reached, or is no BuildKit.</exception>
    public static async Task<DaemonInfo> AskAsync(ControlCalls control, string address, CancellationToken cancellationToken)
    {
        try
        {
            // Both at once: the workers take a daemon a while.
            var asked = control.ListWorkersAsync(cancellationToken);
            var version = await VersionAsync(control, cancellationToken);
            var workers = await asked;
            var worker = workers.Record.FirstOrDefault() ?? throw BuildKitConnectionDiagnostics.NoWorker.With(address).ToException();
            return new DaemonInfo(
                version,
                [.. workers.Record.SelectMany(record => record.Platforms).Select(platform => Platform.Normalize(platform.Os, platform.Architecture, platform.Variant)).Distinct()],
                new Dictionary<string, string>(worker.Labels, StringComparer.Ordinal));
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Describe(e, address);
        }
    }

    private static async Task<string> VersionAsync(ControlCalls control, CancellationToken cancellationToken)
    {
        try
        {
            var info = await control.InfoAsync(cancellationToken);
            return info.BuildkitVersion?.Version ?? "";
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return "";
        }
    }

    private static DiagnosticException Describe(RpcException e, string address)
    {
        // What the transport has said is said best by itself.
        if (Find<DiagnosticException>(e) is { } known)
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
            _ when Find<SocketException>(e) is not null || Find<IOException>(e) is not null => BuildKitConnectionDiagnostics.Unreachable.With(address, "the connection was cut").ToException(e),
            _ => BuildKitConnectionDiagnostics.NoBuildKit.With(address, "what it sends is no valid HTTP/2").ToException(e),
        };
    }

    private static T? Find<T>(Exception? exception) where T : Exception
    {
        for (var current = exception; current is not null; current = current is RpcException rpc ? rpc.Status.DebugException : current.InnerException)
        {
            if (current is T found)
            {
                return found;
            }
        }

        return null;
    }
}
