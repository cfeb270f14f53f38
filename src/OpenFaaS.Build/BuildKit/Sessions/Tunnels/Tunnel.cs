using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Tunnels;

/// <summary>Carries the bytes of a session's connection through a call of the daemon.</summary>
internal static class Tunnel
{
    /// <summary>From the daemon to the session server, to the end of the call.</summary>
    public static async Task ReceiveAsync(IAsyncStreamReader<BytesMessage> daemon, PipeWriter server, SilenceWatch watch, CancellationToken cancellationToken)
    {
        while (true)
        {
            watch.Listen();
            if (!await daemon.MoveNext(cancellationToken))
            {
                return;
            }

            watch.Heard();
            if ((await server.WriteAsync(daemon.Current.Data.Memory, cancellationToken)).IsCompleted)
            {
                throw new EndOfStreamException("the daemon does not keep to the protocol");
            }
        }
    }

    /// <summary>From the session server to the daemon, to the end of the connection.</summary>
    public static async Task SendAsync(PipeReader server, IAsyncStreamWriter<TunnelChunk> daemon, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await server.ReadAsync(cancellationToken);
            var bytes = read.Buffer.Length > TunnelChunk.Longest ? read.Buffer.Slice(0, TunnelChunk.Longest) : read.Buffer;
            if (!bytes.IsEmpty)
            {
                await daemon.WriteAsync(new TunnelChunk(bytes), cancellationToken);
            }

            var last = bytes.Length == read.Buffer.Length;
            server.AdvanceTo(bytes.End);
            if (last && (read.IsCompleted || read.IsCanceled))
            {
                throw new EndOfStreamException("the daemon does not keep to the protocol");
            }
        }
    }

    /// <summary>Why a direction ended, as a phrase.</summary>
    public static string Reason(Task direction) => direction.Exception?.InnerException switch
    {
        null => "the daemon ended it",
        RpcException failure => SafeText.Neutralize(failure.Status.Detail) is { Length: > 0 } text ? text.TrimEnd('.') : failure.StatusCode.ToString(),
        var failure => SafeText.Neutralize(failure.Message).TrimEnd('.'),
    };

    /// <summary>Waits for both directions and the watch, which have been told to end; how they end is known by then.</summary>
    public static async Task EndAsync(params Task[] tasks)
    {
        foreach (var task in tasks)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
