using System.IO.Pipelines;

namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>Carries a session on a connection of its own, as an engine's <c>/session</c> gives one: nothing is wrapped a second time, here or at the daemon.</summary>
internal sealed class StreamTunnel(Stream stream) : ITunnel
{
    private const int ReadSize = 64 * 1024;

    /// <inheritdoc/>
    public async Task ReceiveAsync(PipeWriter server, SilenceWatch watch, CancellationToken cancellationToken)
    {
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
    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
