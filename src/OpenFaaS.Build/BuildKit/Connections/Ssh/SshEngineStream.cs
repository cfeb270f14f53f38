using OpenFaaS.Build.BuildKit.Connections.Stdio;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.BuildKit.Connections.Ssh;

/// <summary>A connection to an engine through the ssh client, which says why it ended when nothing has come through it.</summary>
internal sealed class SshEngineStream(PipedProcess process) : ForwardingStream(process)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private bool answered;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await process.ReadAsync(buffer, cancellationToken);
        if (count == 0 && buffer.Length > 0 && !answered)
        {
            throw new IOException("ssh: " + SaidText.Of(await CodeAsync(cancellationToken), process.Error));
        }

        answered |= count > 0;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await process.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException e) when (!answered)
        {
            // The pipe's own words say nothing of the reason.
            throw new IOException("ssh: " + SaidText.Of(await CodeAsync(cancellationToken), process.Error), e);
        }
    }

    private async Task<int?> CodeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await process.Ended.WaitAsync(Limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
