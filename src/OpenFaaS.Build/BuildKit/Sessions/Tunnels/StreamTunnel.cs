using System.IO.Pipelines;

namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>Carries a session on a connection of its own, as an engine's <c>/session</c> gives one: nothing is wrapped a second time, here or at the daemon.</summary>
internal sealed class StreamTunnel : ITunnel
{
    private const int ReadSize = 64 * 1024;

    private readonly CancellationTokenSource ending = new();
    private readonly Task<Stream> opening;

    /// <param name="open">Opens the connection, at once; both directions wait for it and fail as it does.</param>
    public StreamTunnel(Func<CancellationToken, Task<Stream>> open) => opening = open(ending.Token);

    /// <inheritdoc/>
    public Task Opened => opening;

    /// <inheritdoc/>
    public async Task ReceiveAsync(PipeWriter server, SilenceWatch watch, CancellationToken cancellationToken)
    {
        var stream = await opening.WaitAsync(cancellationToken);
        while (true)
        {
            watch.Listen();
            var read = await stream.ReadAsync(server.GetMemory(ReadSize), cancellationToken);
            if (read == 0)
            {
                return;
            }

            watch.Heard();
            server.Advance(read);
            if ((await server.FlushAsync(cancellationToken)).IsCompleted)
            {
                throw new EndOfStreamException("the daemon does not keep to the protocol");
            }
        }
    }

    /// <inheritdoc/>
    public async Task SendAsync(PipeReader server, CancellationToken cancellationToken)
    {
        var stream = await opening.WaitAsync(cancellationToken);
        while (true)
        {
            var read = await server.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                await stream.WriteAsync(segment, cancellationToken);
            }

            await stream.FlushAsync(cancellationToken);
            server.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                throw new EndOfStreamException("the daemon does not keep to the protocol");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await (await opening).DisposeAsync();
        }

        ending.Dispose();
    }
}
