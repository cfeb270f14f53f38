using Grpc.Core;
using Grpc.Net.Client;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.Connections.Daemonless;

/// <summary>Asks a private daemon whether it is ready.</summary>
internal static class DaemonSocket
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <summary>Asks the daemon for its workers: it listens before it has any.</summary>
    /// <returns>Why it is not ready; null once it is.</returns>
    public static async Task<string?> AskAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return "it does not listen yet";
        }

        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = async (_, token) => await UnixSocket.OpenAsync(path, token) };
        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerLimit);
        try
        {
            var answer = await new ControlCalls(channel.CreateCallInvoker()).ListWorkersAsync(limit.Token);
            return answer.Record.Count > 0 ? null : "it has no worker yet";
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is RpcException or OperationCanceledException)
        {
            return e is RpcException { StatusCode: not StatusCode.Cancelled } failure ? $"it answers with {failure.StatusCode}" : "it does not answer";
        }
        catch (RpcException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The daemon was not waited for.", e, cancellationToken);
        }
    }
}
