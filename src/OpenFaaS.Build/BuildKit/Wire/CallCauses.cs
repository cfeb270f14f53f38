using Grpc.Core;

namespace OpenFaaS.Build.BuildKit.Wire;

/// <summary>Looks into what a call failed of: gRPC keeps the cause beside its exception, and the layers below it wrap one another.</summary>
internal static class CallCauses
{
    private const int Deepest = 20;

    /// <summary>The first exception of a type, the given one included; null if there is none.</summary>
    public static T? Find<T>(Exception? exception) where T : Exception
    {
        for (var depth = 0; exception is not null && depth < Deepest; depth++, exception = (exception as RpcException)?.Status.DebugException ?? exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
