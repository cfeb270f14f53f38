using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Wire.Content;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using ContentStatus = OpenFaaS.Build.BuildKit.Wire.Content.Status;

namespace OpenFaaS.Build.BuildKit.Sessions.Services;

/// <summary>The content stores of a session: the ones that its build names, and no other folder.</summary>
/// <param name="contentOf">What the session of a call offers.</param>
internal sealed class ContentService(Func<ServerCallContext, SessionContent> contentOf) : Content.ContentBase
{
    private const string StoreId = "buildkit-attachable-store-id";

    public override Task<InfoResponse> Info(InfoRequest request, ServerCallContext context)
    {
        var store = Store(context);
        return Task.FromResult(new InfoResponse { Info = Describe(store, store.Info(ParseDigest(request.Digest))) });
    }

    public override Task<UpdateResponse> Update(UpdateRequest request, ServerCallContext context)
    {
        var store = Store(context);
        var blob = store.Info(ParseDigest(request.Info?.Digest));
        store.Label(blob.Digest, LabelUpdate.Apply(store.LabelsOf(blob.Digest), request.Info!.Labels, request.UpdateMask));
        return Task.FromResult(new UpdateResponse { Info = Describe(store, blob) });
    }

    public override async Task List(ListContentRequest request, IServerStreamWriter<ListContentResponse> responseStream, ServerCallContext context)
    {
        RefuseFilters(request.Filters);
        var store = Store(context);
        foreach (var part in store.List().Chunk(100))
        {
            await responseStream.WriteAsync(new ListContentResponse { Info = { part.Select(blob => Describe(store, blob)) } }, context.CancellationToken);
        }
    }

    public override Task<Empty> Delete(DeleteContentRequest request, ServerCallContext context)
    {
        Store(context).Delete(ParseDigest(request.Digest));
        return Task.FromResult(new Empty());
    }

    public override async Task Read(ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responseStream, ServerCallContext context)
    {
        var parts = Store(context).ReadAsync(ParseDigest(request.Digest), request.Offset, request.Size, context.CancellationToken);
        await foreach (var (offset, data) in parts)
        {
            // The message is on its way when the call returns, so its memory may be used again.
            await responseStream.WriteAsync(new ReadContentResponse { Offset = offset, Data = UnsafeByteOperations.UnsafeWrap(data) }, context.CancellationToken);
        }
    }

    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context) =>
        Task.FromResult(new StatusResponse { Status = Describe(Store(context).Status(request.Ref)) });

    public override Task<ListStatusesResponse> ListStatuses(ListStatusesRequest request, ServerCallContext context)
    {
        RefuseFilters(request.Filters);
        return Task.FromResult(new ListStatusesResponse { Statuses = { Store(context).Statuses().Select(Describe) } });
    }

    public override async Task Write(
        IAsyncStreamReader<WriteContentRequest> requestStream, IServerStreamWriter<WriteContentResponse> responseStream, ServerCallContext context)
    {
        try
        {
            await new ContentWrite(Store(context)).RunAsync(requestStream, responseStream, context.CancellationToken);
        }
        catch (DiagnosticException e)
        {
            // The daemon repeats it as the reason why the build failed.
            throw new RpcException(new Grpc.Core.Status(StatusCode.Internal, e.Diagnostics[0].Message));
        }
    }

    public override async Task<Empty> Abort(AbortRequest request, ServerCallContext context)
    {
        await Store(context).AbortAsync(request.Ref);
        return new Empty();
    }

    private ContentFolder Store(ServerCallContext context)
    {
        var ids = context.RequestHeaders.Where(header => header.Key == StoreId).Select(header => header.Value).ToList();
        return ids.Count != 1 ? throw ContentFailure.Invalid("the call names no store, or more than one")
            : contentOf(context).Stores.GetValueOrDefault(ids[0]) ?? throw ContentFailure.NotFound("the store");
    }

    private static Digest ParseDigest(string? text) =>
        Digest.TryParse(text, out var digest) ? digest : throw ContentFailure.Invalid("a digest is sha256 with 64 lower-case hex digits");

    private static void RefuseFilters(IReadOnlyCollection<string> filters)
    {
        if (filters.Count > 0)
        {
            throw ContentFailure.Unimplemented("filters are not supported");
        }
    }

    private static Info Describe(ContentFolder store, StoredBlob blob)
    {
        var time = Timestamp.FromDateTimeOffset(blob.Changed);
        var info = new Info { Digest = blob.Digest.ToString(), Size = blob.Size, CreatedAt = time, UpdatedAt = time };
        foreach (var (name, value) in store.LabelsOf(blob.Digest))
        {
            info.Labels[name] = value;
        }

        return info;
    }

    private static ContentStatus Describe(ContentIngest ingest) => new()
    {
        Ref = ingest.Reference,
        Offset = ingest.Offset,
        Total = ingest.Total,
        Expected = ingest.Expected?.ToString() ?? "",
        StartedAt = Timestamp.FromDateTimeOffset(ingest.Started),
        UpdatedAt = Timestamp.FromDateTimeOffset(ingest.Updated),
    };
}
