using System.Buffers.Binary;

namespace OpenFaaS.Build.BuildKit.Connections.Headers;

/// <summary>
/// Follows the HTTP/2 that .NET's client writes, and sends the methods of a session as one header field each: .NET joins the values of a
/// repeated header into one, and BuildKit takes that for the name of one method. Everything else passes as it is.
/// </summary>
internal sealed class RepeatedHeaderStream(Stream inner) : ForwardingStream(inner)
{
    /// <summary>The header that a session names its methods in.</summary>
    public const string Name = "x-docker-expose-session-grpc-method";

    private const int FrameHeader = 9;
    private const int LargestFrame = 16_384;
    private const byte HeadersFrame = 1, ContinuationFrame = 9;
    private const byte EndStream = 1, EndHeaders = 4, Padded = 8, Priority = 0x20;

    // The header and what has come of the payload, of a frame that is not whole yet: only of frames that may hold the field.
    private readonly byte[] held = new byte[FrameHeader + LargestFrame];
    private int heldLength;
    private int skip;
    private int greeted;
    private bool isOther;

    private static ReadOnlySpan<byte> NameBytes => "x-docker-expose-session-grpc-method"u8;

    private static ReadOnlySpan<byte> Greeting => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            if (heldLength > 0)
            {
                buffer = buffer[Hold(buffer.Span)..];
                if (IsWhole())
                {
                    await WriteHeldAsync(cancellationToken);
                }

                continue;
            }

            // As much as passes untouched is one write: the data of files goes through here.
            var passing = Passing(buffer.Span);
            if (passing > 0)
            {
                await base.WriteAsync(buffer[..passing], cancellationToken);
                buffer = buffer[passing..];
            }

            if (!buffer.IsEmpty)
            {
                buffer = buffer[Hold(buffer.Span)..];
                if (IsWhole())
                {
                    await WriteHeldAsync(cancellationToken);
                }
            }
        }
    }

    /// <summary>Bytes from the beginning that need no look; behind them begins a frame that does, or whose header is cut.</summary>
    private int Passing(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        for (; greeted < Greeting.Length && at < bytes.Length && !isOther; at++)
        {
            isOther = bytes[at] != Greeting[greeted++];
        }

        while (at < bytes.Length && !isOther)
        {
            if (skip == 0)
            {
                if (bytes.Length - at < FrameHeader || MayHoldField(bytes[at..]))
                {
                    return at;
                }

                skip = FrameHeader + PayloadOf(bytes[at..]);
            }

            var count = Math.Min(skip, bytes.Length - at);
            (skip, at) = (skip - count, at + count);
        }

        return isOther ? bytes.Length : at;
    }

    /// <summary>Takes what belongs to the frame at hand: its header first, then its payload.</summary>
    private int Hold(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        if (heldLength < FrameHeader)
        {
            taken = Keep(bytes, FrameHeader);
            if (heldLength < FrameHeader || !MayHoldField(held))
            {
                return taken;
            }
        }

        return taken + Keep(bytes[taken..], FrameHeader + PayloadOf(held));
    }

    private int Keep(ReadOnlySpan<byte> bytes, int until)
    {
        var count = Math.Min(until - heldLength, bytes.Length);
        bytes[..count].CopyTo(held.AsSpan(heldLength));
        heldLength += count;
        return count;
    }

    private bool IsWhole() => heldLength >= FrameHeader && (!MayHoldField(held) || heldLength == FrameHeader + PayloadOf(held));

    private async ValueTask WriteHeldAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> frame = held.AsMemory(0, heldLength);
        if (!MayHoldField(held))
        {
            skip = PayloadOf(held);
        }
        else if (HeaderBlock.Split(frame.Span[FrameHeader..], NameBytes) is { } block)
        {
            frame = FramesOf(block);
        }

        heldLength = 0;
        await base.WriteAsync(frame, cancellationToken);
    }

    /// <summary>A HEADERS frame, and CONTINUATION frames where the block has outgrown it.</summary>
    private byte[] FramesOf(ReadOnlySpan<byte> block)
    {
        var frames = new List<byte>(block.Length + (2 * FrameHeader));
        for (var type = HeadersFrame; type == HeadersFrame || !block.IsEmpty; type = ContinuationFrame)
        {
            var part = block[..Math.Min(LargestFrame, block.Length)];
            block = block[part.Length..];
            var flags = (type == HeadersFrame ? held[4] & EndStream : 0) | (block.IsEmpty ? EndHeaders : 0);
            frames.AddRange([(byte)(part.Length >> 16), (byte)(part.Length >> 8), (byte)part.Length, type, (byte)flags]);
            frames.AddRange(held.AsSpan(5, 4));
            frames.AddRange(part);
        }

        return [.. frames];
    }

    private static bool MayHoldField(ReadOnlySpan<byte> header) =>
        header[3] == HeadersFrame && (header[4] & (EndHeaders | Padded | Priority)) == EndHeaders && PayloadOf(header) is > 0 and <= LargestFrame;

    private static int PayloadOf(ReadOnlySpan<byte> header) => (int)(BinaryPrimitives.ReadUInt32BigEndian(header) >> 8);
}
