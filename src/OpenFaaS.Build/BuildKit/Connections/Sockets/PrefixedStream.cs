namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>A connection of which some bytes were read already; they are read again, first.</summary>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream inner) : ForwardingStream(inner)
{
    private ReadOnlyMemory<byte> prefix = prefix;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (prefix.IsEmpty)
        {
            return base.ReadAsync(buffer, cancellationToken);
        }

        var count = Math.Min(buffer.Length, prefix.Length);
        prefix[..count].CopyTo(buffer);
        prefix = prefix[count..];
        return ValueTask.FromResult(count);
    }
}
