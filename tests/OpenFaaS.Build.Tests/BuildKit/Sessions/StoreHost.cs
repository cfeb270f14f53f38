using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Sessions.Services;
using OpenFaaS.Build.BuildKit.Wire.Content;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>A content service with one store, <c>local:cache</c>, and the daemon's side of it.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private readonly GrpcHost host;
    private readonly CancellationToken cancellationToken;

    private StoreHost(GrpcHost host, CancellationToken cancellationToken) => (this.host, this.cancellationToken) = (host, cancellationToken);

    public Content.ContentClient Client => new(host.Invoker);

    public static async Task<StoreHost> StartAsync(TestContext context, ContentFolder store)
    {
        var content = new SessionContent
        {
            SharedKey = "",
            Log = new RecordingLog(),
            Stores = new Dictionary<string, ContentFolder> { ["local:cache"] = store },
        };
        return new StoreHost(await GrpcHost.StartAsync(new ContentService(_ => content), context.CancellationToken), context.CancellationToken);
    }

    /// <summary>Headers that name a store.</summary>
    public static Metadata Named(string id = "local:cache") => new() { { "buildkit-attachable-store-id", id } };

    public static async Task<RpcException> ExpectAsync(StatusCode code, Func<Task> call)
    {
        var failure = await Assert.ThrowsExactlyAsync<RpcException>(call);
        Assert.AreEqual(code, failure.StatusCode, failure.Status.Detail);
        return failure;
    }

    public async Task<byte[]> ReadAsync(string digest, long offset, long size)
    {
        using var call = Client.Read(new ReadContentRequest { Digest = digest, Offset = offset, Size = size }, Named());
        using var bytes = new MemoryStream();
        await foreach (var part in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            Assert.AreEqual(Math.Max(0, offset) + bytes.Length, part.Offset);
            bytes.Write(part.Data.Span);
        }

        return bytes.ToArray();
    }

    /// <summary>Writes a blob whole.</summary>
    public async Task PutAsync(string reference, byte[] bytes, string expected = "", long total = 0, long offset = 0)
    {
        using var call = Client.Write(Named());
        await AskAsync(call, new WriteContentRequest { Action = WriteAction.Stat, Ref = reference, Expected = expected, Total = total });
        await AskAsync(call, new WriteContentRequest { Action = WriteAction.Write, Data = ByteString.CopyFrom(bytes), Offset = offset });
        await AskAsync(call, new WriteContentRequest { Action = WriteAction.Commit, Offset = bytes.Length });
    }

    /// <summary>Sends one message and waits for its answer.</summary>
    public async Task<WriteContentResponse> AskAsync(AsyncDuplexStreamingCall<WriteContentRequest, WriteContentResponse> call, WriteContentRequest request)
    {
        try
        {
            await call.RequestStream.WriteAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // A call that has failed already takes no message; why it failed is told when it is read from.
        }

        Assert.IsTrue(await call.ResponseStream.MoveNext(cancellationToken));
        return call.ResponseStream.Current;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
