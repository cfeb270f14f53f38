using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Wire.Content;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Tests.BuildKit.ContentStores;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>The content service over a real server, asked as a daemon asks.</summary>
[TestClass]
public sealed class ContentServiceTests(TestContext context)
{
    private static readonly string Absent = Digest.Of("absent"u8).ToString();

    [TestMethod]
    public async Task Read_WholeBlobInSeveralChunks_IsTheBlob()
    {
        var bytes = StoredBytes.Noise((3 << 20) + 17);
        var digest = StoredBytes.Put(context.Folder(), bytes);
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForReading(context.Folder()));

        CollectionAssert.AreEqual(bytes, await host.ReadAsync(digest.ToString(), 0, 0));
    }

    [TestMethod]
    [DataRow(0, 4, "0123")]
    [DataRow(3, 4, "3456")]
    [DataRow(-5, 2, "01")]
    [DataRow(8, 100, "89")]
    [DataRow(2, long.MaxValue, "23456789")]
    [DataRow(4, -1, "456789")]
    [DataRow(10, 0, "")]
    public async Task Read_Range_IsThatPart(long offset, long size, string expected)
    {
        var digest = StoredBytes.Put(context.Folder(), "0123456789"u8.ToArray());
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForReading(context.Folder()));

        Assert.AreEqual(expected, System.Text.Encoding.UTF8.GetString(await host.ReadAsync(digest.ToString(), offset, size)));
    }

    [TestMethod]
    public async Task Read_BeyondTheEnd_IsOutOfRange()
    {
        var digest = StoredBytes.Put(context.Folder(), "0123456789"u8.ToArray());
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForReading(context.Folder()));

        await StoreHost.ExpectAsync(StatusCode.OutOfRange, () => host.ReadAsync(digest.ToString(), 11, 0));
    }

    [TestMethod]
    [DataRow("../../../etc/passwd")]
    [DataRow("sha256:../../index.json")]
    [DataRow("sha512:" + "00")]
    [DataRow("")]
    public async Task Read_NoDigest_IsAnInvalidArgument(string digest)
    {
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForReading(context.Folder()));

        await StoreHost.ExpectAsync(StatusCode.InvalidArgument, () => host.ReadAsync(digest, 0, 0));
    }

    [TestMethod]
    public async Task Read_LinkInPlaceOfABlob_IsNotFollowed()
    {
        var secret = Path.Combine(context.Folder(), "secret");
        File.WriteAllText(secret, "secret");
        var digest = Digest.Of("secret"u8);
        var layout = Path.Combine(context.Folder(), "layout");
        Directory.CreateDirectory(Path.Combine(layout, "blobs", "sha256"));
        File.CreateSymbolicLink(Path.Combine(layout, "blobs", "sha256", digest.Hex), secret);
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForReading(layout));

        await StoreHost.ExpectAsync(StatusCode.NotFound, () => host.ReadAsync(digest.ToString(), 0, 0));
        await StoreHost.ExpectAsync(StatusCode.NotFound, () => host.Client.InfoAsync(new InfoRequest { Digest = digest.ToString() }, StoreHost.Named()).ResponseAsync);
    }

    [TestMethod]
    public async Task Info_UnknownStoreOrBlob_IsNotFound()
    {
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForReading(context.Folder()));

        await StoreHost.ExpectAsync(StatusCode.NotFound, () => host.Client.InfoAsync(new InfoRequest { Digest = Absent }, StoreHost.Named("local:other")).ResponseAsync);
        await StoreHost.ExpectAsync(StatusCode.NotFound, () => host.Client.InfoAsync(new InfoRequest { Digest = Absent }, StoreHost.Named()).ResponseAsync);
        await StoreHost.ExpectAsync(StatusCode.InvalidArgument, () => host.Client.InfoAsync(new InfoRequest { Digest = Absent }).ResponseAsync);
    }

    [TestMethod]
    public async Task Update_OneLabel_KeepsTheOthers()
    {
        var digest = StoredBytes.Put(context.Folder(), "content"u8.ToArray()).ToString();
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForReading(context.Folder()));
        await host.Client.UpdateAsync(new UpdateRequest { Info = new Info { Digest = digest, Labels = { ["a"] = "1", ["b.c"] = "2" } } }, StoreHost.Named());

        var update = new UpdateRequest { Info = new Info { Digest = digest, Labels = { ["b.c"] = "3" } }, UpdateMask = new FieldMask { Paths = { "labels.b.c" } } };
        var labels = (await host.Client.UpdateAsync(update, StoreHost.Named())).Info.Labels;

        Assert.AreEqual("1 3", $"{labels["a"]} {labels["b.c"]}");
        await StoreHost.ExpectAsync(StatusCode.InvalidArgument, () => host.Client.UpdateAsync(
            new UpdateRequest { Info = new Info { Digest = digest }, UpdateMask = new FieldMask { Paths = { "size" } } }, StoreHost.Named()).ResponseAsync);
        await StoreHost.ExpectAsync(StatusCode.InvalidArgument, () => host.Client.UpdateAsync(
            new UpdateRequest { Info = new Info { Digest = digest, Labels = { ["x"] = new string('x', 5000) } } }, StoreHost.Named()).ResponseAsync);
    }

    [TestMethod]
    public async Task List_FolderWithOtherFiles_IsTheBlobs()
    {
        var digests = Enumerable.Range(0, 150).Select(i => StoredBytes.Put(context.Folder(), [(byte)i, 7]).ToString()).ToList();
        File.WriteAllText(Path.Combine(context.Folder(), "blobs", "sha256", "README"), "not a blob");
        await using var host = await StoreHost.StartAsync(context, ContentFolder.ForWriting(context.Folder()));
        var listed = new List<string>();

        using var call = host.Client.List(new ListContentRequest(), StoreHost.Named());
        await foreach (var part in call.ResponseStream.ReadAllAsync(context.CancellationToken))
        {
            listed.AddRange(part.Info.Select(info => info.Digest));
        }

        CollectionAssert.AreEquivalent(digests, listed);
        await host.Client.DeleteAsync(new DeleteContentRequest { Digest = digests[0] }, StoreHost.Named());
        await StoreHost.ExpectAsync(StatusCode.NotFound, () => host.ReadAsync(digests[0], 0, 0));
        using var filtered = host.Client.List(new ListContentRequest { Filters = { "labels.x" } }, StoreHost.Named());
        await StoreHost.ExpectAsync(StatusCode.Unimplemented, () => filtered.ResponseStream.MoveNext(context.CancellationToken));
    }
}
