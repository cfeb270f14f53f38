using System.Net.WebSockets;
using OpenFaaS.Build.Builders.Kaniko.Kubernetes;
using OpenFaaS.Build.Kubernetes.Commands;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko.Kubernetes;

/// <summary>The context on its way to an executor that does not take it.</summary>
[TestClass]
public sealed class ContextStreamTests(TestContext context)
{
    [TestMethod]
    public async Task Send_CancelledWhileTheLastBytesAreWritten_Ends()
    {
        // A context of a few bytes is written where the streams end, like the last ones of any other.
        var build = SampleBuild.Of(context, "FROM scratch\n", new RecordingLog());
        using var socket = new StandingSocket();
        using var command = new RemoteCommand(socket);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var sending = new ContextStream(build, command).SendAsync(cancel.Token);
        await socket.Stands.Task.WaitAsync(TimeSpan.FromSeconds(20), context.CancellationToken);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromSeconds(5), context.CancellationToken));
    }

    /// <summary>A connection whose other side takes nothing.</summary>
    private sealed class StandingSocket : WebSocket
    {
        /// <summary>Ends when something is sent.</summary>
        public TaskCompletionSource Stands { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string SubProtocol => "v5.channel.k8s.io";

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            Stands.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
