using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions.Ssh;
using OpenFaaS.Build.BuildKit.Wire.Ssh;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>Forwards steps to the build's SSH agents; each call is a connection of its own.</summary>
internal sealed class SshService : SSH.SSHBase
{
    private const int BufferSize = 32 * 1024;
    private const string Default = "default";

    /// <inheritdoc/>
    public override Task<CheckAgentResponse> CheckAgent(CheckAgentRequest request, ServerCallContext context)
    {
        Find(request.Id, context);
        return Task.FromResult(new CheckAgentResponse());
    }

    /// <inheritdoc/>
    public override async Task ForwardAgent(IAsyncStreamReader<BytesMessage> requestStream, IServerStreamWriter<BytesMessage> responseStream, ServerCallContext context)
    {
        var path = Find(context.Values("buildkit.ssh.id") is [var id, ..] ? id : "", context);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        await using var agent = await ConnectAsync(path, stop.Token);
        var questions = AskAsync(requestStream, agent, stop.Token);
        try
        {
            // The step may close its side first and still read; once the agent has closed, nobody answers any more.
            await AnswerAsync(agent, responseStream, stop.Token);
        }
        catch (IOException)
        {
            // An agent that breaks the connection has ended it.
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)questions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Find(string id, ServerCallContext context) =>
        context.SessionContent().SshAgents.TryGetValue(id.Length == 0 ? Default : id, out var path)
            ? path
            : throw new RpcException(new Status(StatusCode.NotFound, $"the build has no SSH agent '{SafeText.Neutralize(id)}'"));

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await AgentSocket.ConnectAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"the SSH agent does not answer: {SafeText.Neutralize(e.Message)}"));
        }
    }

    private static async Task AskAsync(IAsyncStreamReader<BytesMessage> step, Stream agent, CancellationToken cancellationToken)
    {
        while (await step.MoveNext(cancellationToken))
        {
            await agent.WriteAsync(step.Current.Data.Memory, cancellationToken);
        }

        (agent as NetworkStream)?.Socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task AnswerAsync(Stream agent, IAsyncStreamWriter<BytesMessage> step, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        int read;
        while ((read = await agent.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await step.WriteAsync(new BytesMessage { Data = ByteString.CopyFrom(buffer, 0, read) }, cancellationToken);
        }
    }
}
