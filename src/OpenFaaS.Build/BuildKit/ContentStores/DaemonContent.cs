using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Content;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>Reads small content that the daemon itself keeps (BuildKit 0.11 and newer).</summary>
internal static class DaemonContent
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The bytes with that digest, verified; null where the daemon does not have them or has no content store.</summary>
    /// <param name="invoker">Calls on the daemon's connection.</param>
    /// <param name="digest">What is read.</param>
    /// <param name="maxSize">Most bytes that are taken.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="time">Clock of the limit of 30 s.</param>
    /// <exception cref="DiagnosticException">The daemon gives other or too many bytes, or fails.</exception>
    public static async Task<byte[]?> ReadAsync(CallInvoker invoker, Digest digest, long maxSize, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        using var limit = new CancellationTokenSource(Patience, time ?? TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var bytes = await ReadAsync(invoker, digest, maxSize, either.Token);
            return Digest.Of(bytes) == digest ? bytes : throw Malformed(digest, $"its {bytes.Length} bytes have another digest");
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented)
        {
            return null;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Malformed(digest, limit.IsCancellationRequested ? $"no answer within {Patience.TotalSeconds} s" : Reason(e));
        }
    }

    private static async Task<byte[]> ReadAsync(CallInvoker invoker, Digest digest, long maxSize, CancellationToken cancellationToken)
    {
        using var call = new Content.ContentClient(invoker).Read(new ReadContentRequest { Digest = digest.ToString() }, cancellationToken: cancellationToken);
        using var content = new MemoryStream();
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            var part = call.ResponseStream.Current;
            if (part.Offset != content.Length)
            {
                throw Malformed(digest, "a part of it is missing");
            }

            if (content.Length + part.Data.Length > maxSize)
            {
                throw Malformed(digest, $"it is larger than {maxSize} bytes");
            }

            content.Write(part.Data.Span);
        }

        return content.ToArray();
    }

    private static string Reason(Exception e) => e is RpcException rpc ? SafeText.Neutralize(rpc.Status.Detail).TrimEnd('.') : "the call was ended";

    private static DiagnosticException Malformed(Digest digest, string reason) => BuildKitCacheDiagnostics.MalformedDaemonContent.With(digest, reason).ToException();
}
