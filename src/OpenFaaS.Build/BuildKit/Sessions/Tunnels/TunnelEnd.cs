using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>How the directions of a tunnel end.</summary>
internal static class TunnelEnd
{
    /// <summary>What the user is told of a direction that ended; what the way has said itself is said best so.</summary>
    public static DiagnosticException Failure(Task direction, string address) =>
        CallCauses.Find<DiagnosticException>(direction.Exception?.InnerException) ?? BuildKitSessionDiagnostics.SessionLost.With(address, Reason(direction)).ToException();

    /// <summary>Why a direction ended, as a phrase.</summary>
    private static string Reason(Task direction) => direction.Exception?.InnerException switch
    {
        null => "the daemon ended it",
        RpcException failure => SafeText.Neutralize(failure.Status.Detail) is { Length: > 0 } text ? text.TrimEnd('.') : failure.StatusCode.ToString(),
        var failure => SafeText.Neutralize(failure.Message).TrimEnd('.'),
    };

    /// <summary>Waits for both directions and the watch, which have been told to end; how they end is known by then.</summary>
    public static async Task WaitAsync(params Task[] tasks)
    {
        foreach (var task in tasks)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
