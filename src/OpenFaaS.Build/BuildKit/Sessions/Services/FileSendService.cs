using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>Takes the build's outputs from the daemon.</summary>
internal sealed class FileSendService
{
    /// <inheritdoc/>
    public Task DiffCopy(IAsyncStreamReader<RawMessage> requestStream, IServerStreamWriter<RawMessage> responseStream, ServerCallContext context)
    {
        // Daemons that know one output only do not number it.
        var text = context.Values("buildkit-attachable-exporter-id") is [var id, ..] ? id : "0";
        var outputs = context.SessionContent().Outputs;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= outputs.Count)
        {
            throw new RpcException(new Status(StatusCode.NotFound, "the build has no such output"));
        }

        var metadata = context.GetHttpContext().Request.Headers.ToDictionary(header => header.Key, header => header.Value.FirstOrDefault() ?? "", StringComparer.OrdinalIgnoreCase);
        return outputs[index].ReceiveAsync(new Reader(requestStream), new Writer(responseStream), metadata, failure => CodedErrors.Report(context, failure), context.CancellationToken);
    }

    private sealed class Reader(IAsyncStreamReader<RawMessage> messages) : IAsyncStreamReader<ReadOnlyMemory<byte>>
    {
        public ReadOnlyMemory<byte> Current => messages.Current.Bytes;

        public Task<bool> MoveNext(CancellationToken cancellationToken) => messages.MoveNext(cancellationToken);
    }

    private sealed class Writer(IServerStreamWriter<RawMessage> messages) : IAsyncStreamWriter<ReadOnlyMemory<byte>>
    {
        public WriteOptions? WriteOptions
        {
            get => messages.WriteOptions;
            set => messages.WriteOptions = value;
        }

        public Task WriteAsync(ReadOnlyMemory<byte> message) => messages.WriteAsync(new RawMessage(message));

        public Task WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => messages.WriteAsync(new RawMessage(message), cancellationToken);
    }
}
