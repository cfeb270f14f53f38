using Grpc.Core;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Reads the messages of a call.</summary>
internal static class CallMessages
{
    /// <summary>Moves to the next message.</summary>
    /// <exception cref="RpcException">The daemon reset the call. Why it did so it says where the build's result is asked for.</exception>
    public static async Task<bool> NextAsync<T>(this IAsyncStreamReader<T> incoming, CancellationToken cancellationToken)
    {
        try
        {
            return await incoming.MoveNext(cancellationToken);
        }
        catch (IOException e)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the daemon reset the call", e));
        }
    }
}
