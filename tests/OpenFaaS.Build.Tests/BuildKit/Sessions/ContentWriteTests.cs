using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Wire.Content;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Tests.BuildKit.ContentStores;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>Blobs written into a content store over a real server, as a daemon writes them.</summary>
[TestClass]
public sealed class ContentWriteTests(TestContext context)
{
    private static readonly string Absent = Digest.Of("absent"u8).ToString();

    [TestMethod]
    public async Task Write_FolderOfBlobsIsALink_IsRefusedAndNothingIsWrittenThere()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(context.Folder(), "elsewhere")).FullName;
        var layout = Directory.CreateDirectory(Path.Combine(context.Folder(), "layout")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(layout, "blobs"), elsewhere);
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForWriting(layout));

        await StoreHost.ExpectAsync(StatusCode.FailedPrecondition, () => host.PutAsync("ref", "content"u8.ToArray()));

        Assert.IsEmpty(Directory.GetFileSystemEntries(elsewhere));
    }

    [TestMethod]
    public async Task Write_InPartsAndCommit_IsInPlaceWithItsLabels()
    {
        var bytes = StoredBytes.Noise(5 << 20);
        var digest = Digest.Of(bytes);
        await using var store = ContentFolder.ForWriting(context.Folder());
        await using var host = await StoreHost.StartAsync(context, store);

        using var call = host.Client.Write(StoreHost.Named());
        var stat = await host.AskAsync(call, new WriteContentRequest { Action = WriteAction.Stat, Ref = "layer-1", Total = bytes.Length, Expected = digest.ToString() });
        Assert.AreEqual((0L, (long)bytes.Length), (stat.Offset, stat.Total));
        for (var offset = 0; offset < bytes.Length; offset += 1 << 20)
        {
            var answer = await host.AskAsync(call, new WriteContentRequest { Action = WriteAction.Write, Offset = offset, Data = ByteString.CopyFrom(bytes, offset, 1 << 20) });
            Assert.AreEqual(offset + (1 << 20), answer.Offset);
        }

        Assert.IsFalse(File.Exists(PathOf(digest)));
        var commit = new WriteContentRequest { Action = WriteAction.Commit, Offset = bytes.Length, Total = bytes.Length, Expected = digest.ToString(), Labels = { ["a"] = "b" } };
        Assert.AreEqual(digest.ToString(), (await host.AskAsync(call, commit)).Digest);

        CollectionAssert.AreEqual(bytes, File.ReadAllBytes(PathOf(digest)));
        var info = await host.Client.InfoAsync(new InfoRequest { Digest = digest.ToString() }, StoreHost.Named());
        Assert.AreEqual("b", info.Info.Labels["a"]);
        Assert.AreEqual(bytes.Length, info.Info.Size);
        await StoreHost.ExpectAsync(StatusCode.NotFound, () => host.Client.StatusAsync(new StatusRequest { Ref = "layer-1" }, StoreHost.Named()).ResponseAsync);
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(PathOf(digest))!));
    }

    [TestMethod]
    public async Task Write_StreamEndsInBetween_IsGoneOnWithByTheNext()
    {
        await using var store = ContentFolder.ForWriting(context.Folder());
        await using var host = await StoreHost.StartAsync(context, store);
        using (var first = host.Client.Write(StoreHost.Named()))
        {
            await host.AskAsync(first, new WriteContentRequest { Action = WriteAction.Write, Ref = "layer", Total = 6, Data = ByteString.CopyFromUtf8("abc") });
            await first.RequestStream.CompleteAsync();
            Assert.IsFalse(await first.ResponseStream.MoveNext(context.CancellationToken));
        }

        Assert.AreEqual(3, (await host.Client.StatusAsync(new StatusRequest { Ref = "layer" }, StoreHost.Named())).Status.Offset);
        Assert.HasCount(1, (await host.Client.ListStatusesAsync(new ListStatusesRequest(), StoreHost.Named())).Statuses);
        using var second = host.Client.Write(StoreHost.Named());
        var stat = await host.AskAsync(second, new WriteContentRequest { Action = WriteAction.Stat, Ref = "layer" });
        Assert.AreEqual((3L, 6L), (stat.Offset, stat.Total));
        await host.AskAsync(second, new WriteContentRequest { Action = WriteAction.Commit, Offset = 3, Data = ByteString.CopyFromUtf8("def") });

        Assert.AreEqual("abcdef", File.ReadAllText(PathOf(Digest.Of("abcdef"u8))));
    }

    [TestMethod]
    public async Task Write_SameRefTwiceAtOnce_IsUnavailable()
    {
        await using var store = ContentFolder.ForWriting(context.Folder());
        await using var host = await StoreHost.StartAsync(context, store);
        using var first = host.Client.Write(StoreHost.Named());
        await host.AskAsync(first, new WriteContentRequest { Action = WriteAction.Stat, Ref = "layer" });

        await StoreHost.ExpectAsync(StatusCode.Unavailable, () => host.PutAsync("layer", "content"u8.ToArray()));
        await StoreHost.ExpectAsync(StatusCode.Unavailable, () => host.Client.AbortAsync(new AbortRequest { Ref = "layer" }, StoreHost.Named()).ResponseAsync);
    }

    [TestMethod]
    public async Task Write_AnotherDigestOrSize_IsRefusedAndNeverInPlace()
    {
        await using var store = ContentFolder.ForWriting(context.Folder());
        await using var host = await StoreHost.StartAsync(context, store);

        await StoreHost.ExpectAsync(StatusCode.FailedPrecondition, () => host.PutAsync("digest", "content"u8.ToArray(), expected: Absent));
        await StoreHost.ExpectAsync(StatusCode.FailedPrecondition, () => host.PutAsync("size", "content"u8.ToArray(), total: 6));
        await StoreHost.ExpectAsync(StatusCode.InvalidArgument, () => host.PutAsync("path", "content"u8.ToArray(), expected: "sha256:../../x"));
        await StoreHost.ExpectAsync(StatusCode.OutOfRange, () => host.PutAsync("offset", "content"u8.ToArray(), offset: 5));

        Assert.IsEmpty(store.List().ToList());
        await store.DisposeAsync();
        Assert.IsEmpty(Directory.GetFiles(context.Folder(), "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public async Task Write_BlobIsThere_IsAlreadyExists()
    {
        var digest = StoredBytes.Put(context.Folder(), "content"u8.ToArray());
        await using var store = ContentFolder.ForWriting(context.Folder());
        await using var host = await StoreHost.StartAsync(context, store);

        await StoreHost.ExpectAsync(StatusCode.AlreadyExists, () => host.PutAsync("known", "content"u8.ToArray(), expected: digest.ToString()));
        await StoreHost.ExpectAsync(StatusCode.AlreadyExists, () => host.PutAsync("unknown", "content"u8.ToArray()));

        Assert.IsEmpty(store.Statuses());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1025)]
    public async Task Write_NoOrTooLongRef_IsAnInvalidArgument(int length)
    {
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForWriting(context.Folder()));

        await StoreHost.ExpectAsync(StatusCode.InvalidArgument, () => host.PutAsync(new string('r', length), "content"u8.ToArray()));
    }

    [TestMethod]
    public async Task Write_RefsLikePaths_StayNames()
    {
        await using var store = ContentFolder.ForWriting(Path.Combine(context.Folder(), "layout"));
        await using var host = await StoreHost.StartAsync(context, store);

        await host.PutAsync("../../../escape\0/x", "content"u8.ToArray());

        Assert.AreEqual(1, Directory.GetFiles(context.Folder(), "*", SearchOption.AllDirectories).Length);
        Assert.AreEqual("content", File.ReadAllText(Path.Combine(context.Folder(), "layout", "blobs", "sha256", Digest.Of("content"u8).Hex)));
    }

    [TestMethod]
    public async Task Write_TooManyAtOnce_IsExhausted()
    {
        await using var store = ContentFolder.ForWriting(context.Folder());
        for (var i = 0; i < ContentLimits.Ingests; i++)
        {
            store.Release(store.Acquire($"ref-{i}"));
        }

        await using var host = await StoreHost.StartAsync(context, store);

        await StoreHost.ExpectAsync(StatusCode.ResourceExhausted, () => host.PutAsync("one more", "content"u8.ToArray()));
        await host.Client.AbortAsync(new AbortRequest { Ref = "ref-0" }, StoreHost.Named());
        await host.PutAsync("one more", "content"u8.ToArray());
    }

    [TestMethod]
    public async Task Write_ReadOnlyStore_IsDeniedAndMakesNothing()
    {
        var digest = StoredBytes.Put(context.Folder(), "content"u8.ToArray());
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForReading(context.Folder()));

        await StoreHost.ExpectAsync(StatusCode.PermissionDenied, () => host.PutAsync("ref", "other"u8.ToArray()));
        await StoreHost.ExpectAsync(StatusCode.PermissionDenied, () => host.Client.DeleteAsync(new DeleteContentRequest { Digest = digest.ToString() }, StoreHost.Named()).ResponseAsync);
        await StoreHost.ExpectAsync(StatusCode.PermissionDenied, () => host.Client.AbortAsync(new AbortRequest { Ref = "ref" }, StoreHost.Named()).ResponseAsync);

        Assert.HasCount(1, Directory.GetFiles(context.Folder(), "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public async Task Write_DiskFull_SaysSoToTheDaemon()
    {
        var mount = Directory.CreateDirectory(Path.Combine(context.Folder(), "small")).FullName;
        await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mount], context.CancellationToken);
        try
        {
            await using var store = ContentFolder.ForWriting(mount);
            await using var host = await StoreHost.StartAsync(context, store);

            var failure = await StoreHost.ExpectAsync(StatusCode.Internal, () => host.PutAsync("big", StoredBytes.Noise(2 << 20)));

            Assert.Contains("cannot be written", failure.Status.Detail);
            await store.DisposeAsync();
            Assert.IsEmpty(Directory.GetFiles(mount, "*", SearchOption.AllDirectories));
        }
        finally
        {
            await Tool.RunAsync("umount", [mount], CancellationToken.None);
        }
    }

    [TestMethod]
    public async Task Write_DiskFullBehindSmallMessages_LeavesNothing()
    {
        var mount = Directory.CreateDirectory(Path.Combine(context.Folder(), "small")).FullName;
        await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mount], context.CancellationToken);
        try
        {
            await using (var ingest = new ContentIngest("big", Path.Combine(mount, "blob"), TimeProvider.System))
            {
                // Less than what is held back before it is written.
                await Assert.ThrowsExactlyAsync<DiagnosticException>(async () =>
                {
                    for (var written = 0; written < 2 << 20; written += 30_000)
                    {
                        await ingest.WriteAsync(new byte[30_000], context.CancellationToken);
                    }
                });
            }

            Assert.IsEmpty(Directory.GetFiles(mount));
        }
        finally
        {
            await Tool.RunAsync("umount", [mount], CancellationToken.None);
        }
    }

    [TestMethod]
    public async Task Prepare_UnfinishedBlobsOfKilledProcesses_AreRemovedAfterADay()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "blobs", "sha256")).FullName;
        var old = Path.Combine(folder, $".ingest.{Guid.NewGuid():N}.tmp");
        var recent = Path.Combine(folder, $".ingest.{Guid.NewGuid():N}.tmp");
        var foreign = Path.Combine(folder, ".notes.tmp");
        foreach (var path in new[] { old, recent, foreign })
        {
            File.WriteAllText(path, "x");
        }

        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        File.SetLastWriteTimeUtc(foreign, DateTime.UtcNow.AddDays(-2));
        await using var store = ContentFolder.ForWriting(context.Folder());
        await using var host = await StoreHost.StartAsync(context, store);

        await host.PutAsync("ref", "content"u8.ToArray());

        Assert.IsFalse(File.Exists(old));
        Assert.IsTrue(File.Exists(recent) && File.Exists(foreign));
    }

    private string PathOf(Digest digest) => Path.Combine(context.Folder(), "blobs", "sha256", digest.Hex);
}
