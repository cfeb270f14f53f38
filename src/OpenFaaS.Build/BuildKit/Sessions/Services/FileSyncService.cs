using System.Net;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>Sends the build's directories to the daemon.</summary>
internal sealed class FileSyncService : FileSync.FileSyncBase
{
    /// <inheritdoc/>
    public override Task DiffCopy(IAsyncStreamReader<Packet> requestStream, IServerStreamWriter<Packet> responseStream, ServerCallContext context)
    {
        var session = context.SessionServices();
        var name = Decoded(context, "dir-name") is [var first, ..] ? first : "";
        if (!session.Content.Directories.TryGetValue(name, out var directory))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"the build has no directory '{SafeText.Neutralize(name)}'"));
        }

        var request = new FileRequest(Decoded(context, "include-patterns"), Decoded(context, "exclude-patterns"), Decoded(context, "followpaths"));
        return FileSender.SendAsync(directory, request, requestStream, responseStream, session.AddSent, failure => CodedErrors.Report(context, failure), context.CancellationToken);
    }

    // Values with other than ASCII characters are encoded as in a query, and a second header says so.
    private static IReadOnlyList<string> Decoded(ServerCallContext context, string name)
    {
        var values = context.Values(name);
        return context.Values(name + "-encoded") is ["1", ..] ? [.. values.Select(WebUtility.UrlDecode)!] : values;
    }
}
