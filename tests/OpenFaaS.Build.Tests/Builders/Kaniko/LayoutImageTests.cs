using System.Text;
using OpenFaaS.Build.Builders.Kaniko;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

[TestClass]
public sealed class LayoutImageTests(TestContext context)
{
    private static readonly Digest Wanted = Digest.Of("{}"u8);

    [TestMethod]
    public async Task Read_NothingWritten_IsAnError() => Assert.Contains("no index.json", await RefusedAsync(LayoutImage.Prepare(context.Folder())));

    [TestMethod]
    public async Task Read_AnotherImage_IsAnErrorWithBothDigests()
    {
        var folder = LayoutImage.Prepare(context.Folder());
        var other = Digest.Of("other"u8);
        Write(folder, "index.json", Index(other));

        var message = await RefusedAsync(folder);

        Assert.Contains(other.ToString(), message);
        Assert.Contains(Wanted.ToString(), message);
    }

    [TestMethod]
    public async Task Read_ManifestWithOtherBytes_IsAnError()
    {
        var folder = LayoutImage.Prepare(context.Folder());
        Write(folder, "index.json", Index(Wanted));
        Write(folder, "blobs/sha256/" + Wanted.Hex, "[]");

        Assert.Contains("another digest", await RefusedAsync(folder));
    }

    [TestMethod]
    public async Task Read_LinkInPlaceOfABlob_IsNotFollowed()
    {
        var folder = LayoutImage.Prepare(context.Folder());
        Write(folder, "index.json", Index(Wanted));
        Write(folder, "elsewhere", "{}");
        File.CreateSymbolicLink(Path.Combine(folder, "blobs", "sha256", Wanted.Hex), Path.Combine(folder, "elsewhere"));

        Assert.Contains("does not hold one image", await RefusedAsync(folder));
    }

    private async Task<string> RefusedAsync(string folder)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => LayoutImage.ReadAsync(folder, Wanted, new Dictionary<string, Digest>(), context.CancellationToken));
        Assert.AreEqual("OFB2710", failure.Diagnostics.Single().Descriptor.Code);
        return failure.Message;
    }

    private static string Index(Digest digest) =>
        $$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":2,"digest":"{{digest}}"}]}""";

    private static void Write(string folder, string name, string text) => File.WriteAllBytes(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
}
