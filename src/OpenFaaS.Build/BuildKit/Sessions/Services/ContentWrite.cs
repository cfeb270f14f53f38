using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Wire.Content;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>One stream of the daemon's that writes a blob: the first message says which, each is answered, the last one commits it.</summary>
internal sealed class ContentWrite(ContentFolder store)
{
    public async Task RunAsync(
        IAsyncStreamReader<WriteContentRequest> requests, IServerStreamWriter<WriteContentResponse> answers, CancellationToken cancellationToken)
    {
        if (!await requests.MoveNext(cancellationToken))
        {
            throw ContentFailure.Invalid("the first message is missing");
        }

        var ingest = store.Acquire(requests.Current.Ref);
        try
        {
            do
            {
                await answers.WriteAsync(await AnswerAsync(ingest, requests.Current, cancellationToken), cancellationToken);
            }
            while (requests.Current.Action != WriteAction.Commit && await requests.MoveNext(cancellationToken));
        }
        finally
        {
            store.Release(ingest);
        }
    }

    private async Task<WriteContentResponse> AnswerAsync(ContentIngest ingest, WriteContentRequest request, CancellationToken cancellationToken)
    {
        await AnnounceAsync(ingest, request);
        if (request.Action != WriteAction.Stat)
        {
            await WriteAsync(ingest, request, cancellationToken);
        }

        var answer = new WriteContentResponse
        {
            Action = request.Action,
            Offset = ingest.Offset,
            Total = ingest.Total,
            Digest = ingest.Digest.ToString(),
            StartedAt = Timestamp.FromDateTimeOffset(ingest.Started),
            UpdatedAt = Timestamp.FromDateTimeOffset(ingest.Updated),
        };
        if (request.Action == WriteAction.Commit)
        {
            await store.CommitAsync(ingest, cancellationToken);
            if (request.Labels.Count > 0)
            {
                store.Label(Digest.Parse(answer.Digest), request.Labels.ToDictionary(StringComparer.Ordinal));
            }
        }

        return answer;
    }

    private async Task AnnounceAsync(ContentIngest ingest, WriteContentRequest request)
    {
        if (request.Expected.Length > 0)
        {
            ingest.Expected = Digest.TryParse(request.Expected, out var digest) ? digest : throw ContentFailure.Invalid("a digest is sha256 with 64 lower-case hex digits");
            if (store.Find(digest) is not null)
            {
                await store.DiscardAsync(ingest);
                throw ContentFailure.Exists($"content {digest}");
            }
        }

        ingest.Total = request.Total > 0 ? request.Total : ingest.Total;
    }

    private static async Task WriteAsync(ContentIngest ingest, WriteContentRequest request, CancellationToken cancellationToken)
    {
        if (request.Offset < 0 || (request.Offset > 0 && request.Offset != ingest.Offset))
        {
            throw ContentFailure.OutOfRange($"write @{request.Offset} must occur at current offset {ingest.Offset}");
        }

        if (request.Offset == 0 && ingest.Offset > 0)
        {
            ingest.Restart();
        }

        if (request.Data.Length > 0)
        {
            await ingest.WriteAsync(request.Data.Memory, cancellationToken);
        }
    }
}
