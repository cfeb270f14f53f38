using System.Buffers;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry;

/// <summary>One blob on its way to a stream: goes on where the last attempt stopped, hashes as it goes, and begins anew once if the content is wrong and the stream allows it.</summary>
internal sealed class BlobTransfer(RegistryHost host, RegistryCall call, Descriptor blob, Stream destination) : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long start = destination.CanSeek ? destination.Position : 0;
    private long done;

    /// <summary>One attempt at what is missing.</summary>
    public async Task<bool> ContinueAsync(CancellationToken cancellationToken)
    {
        // A connection that is cut after the last byte leaves nothing to ask for.
        if (done == 0 || done < blob.Size)
        {
            using var answer = await host.SendAsync(call with { RangeFrom = done }, cancellationToken);
            var skip = CheckHeaders(answer.Message);
            await ReadAsync(answer.Message, skip, cancellationToken);
        }

        var actual = Digest.FromHash(hash.GetCurrentHash());
        return actual == blob.Digest ? true : throw Wrong($"{blob.Digest} ({blob.Size} bytes)", actual.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();

    // Returns the number of bytes to pass over: a server may ignore the range and send all.
    private long CheckHeaders(HttpResponseMessage response)
    {
        var length = response.Content.Headers.ContentLength;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            var range = response.Content.Headers.ContentRange;
            return range?.From == done && (range.Length ?? blob.Size) == blob.Size && (length ?? blob.Size - done) == blob.Size - done
                ? 0
                : throw RegistryDiagnostics.MalformedResponse.With(host.Registry, call.Action, "it sent another range than asked for").ToException();
        }

        return response.StatusCode == HttpStatusCode.OK && (length ?? blob.Size) == blob.Size
            ? done
            : throw Wrong(Bytes(blob.Size), length is null ? $"status {(int)response.StatusCode}" : Bytes(length.Value));
    }

    private async Task ReadAsync(HttpResponseMessage response, long skip, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var watch = new IdleWatch(host.Limits.Idle, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await ReadSomeAsync(stream, buffer, watch, cancellationToken) is var read and > 0)
            {
                var passed = (int)Math.Min(skip, read);
                skip -= passed;
                await WriteAsync(buffer.AsMemory(passed, read - passed), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (done < blob.Size)
        {
            throw new TransientRegistryException(TransportFailure.OfTransfer(
                host.Registry, call.Action, string.Create(CultureInfo.InvariantCulture, $"the connection ended after {done} of {blob.Size} bytes")));
        }
    }

    // Failures of the network are told apart from failures of the destination, which no other attempt cures.
    private async Task<int> ReadSomeAsync(Stream stream, byte[] buffer, IdleWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, watch.Touch().Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && TransportFailure.OfBody(e, host.Registry, call.Action) is { } failure)
        {
            throw failure;
        }
        finally
        {
            watch.Pause();
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (done + bytes.Length > blob.Size)
        {
            throw Wrong(Bytes(blob.Size), "more");
        }

        await destination.WriteAsync(bytes, cancellationToken);
        hash.AppendData(bytes.Span);
        done += bytes.Length;
    }

    private Exception Wrong(string expected, string actual)
    {
        var failure = RegistryDiagnostics.DigestMismatch.With(host.Registry, call.Action, expected, actual);
        if (done > 0 && !destination.CanSeek)
        {
            return failure.ToException();
        }

        if (done > 0)
        {
            destination.Position = start;
            destination.SetLength(start);
            hash.GetHashAndReset();
            done = 0;
        }

        return new TransientRegistryException(failure) { Once = true };
    }

    private static string Bytes(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} bytes");
}
