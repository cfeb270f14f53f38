using OpenFaaS.Build.Builders.Embedded.Bases;
using OpenFaaS.Build.Builders.Embedded.Stages;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Builders.Embedded;

[TestClass]
public sealed class PinnedBaseImagesTests(TestContext context)
{
    private static readonly Digest Pin = Digest.Of("pin"u8);

    [TestMethod]
    public async Task Load_PinnedTag_IsAskedForByDigest()
    {
        var inner = new StandInBaseImages();

        var (image, used) = await LoadAsync(inner, "busybox:1");

        Assert.AreEqual($"docker.io/library/busybox:1@{Pin}", inner.Loaded.Single().Name);
        Assert.AreEqual($"docker.io/library/busybox:1={image.Digest}", used);
    }

    [TestMethod]
    public async Task Load_OtherTag_IsAskedForAsItIs()
    {
        var inner = new StandInBaseImages();

        var (image, used) = await LoadAsync(inner, "busybox:2");

        Assert.AreEqual("docker.io/library/busybox:2", inner.Loaded.Single().Name);
        Assert.AreEqual($"docker.io/library/busybox:2={image.Digest}", used);
    }

    [TestMethod]
    public async Task Load_Digest_IsNoBusinessOfPins()
    {
        var inner = new StandInBaseImages();
        var name = $"docker.io/library/busybox:1@{Digest.Of("own"u8)}";

        var (_, used) = await LoadAsync(inner, name);

        Assert.AreEqual(name, inner.Loaded.Single().Name);
        Assert.AreEqual("", used);
    }

    private async Task<(StageBase Image, string Used)> LoadAsync(StandInBaseImages inner, string name)
    {
        Assert.IsTrue(ImageReference.TryParse(name, out var reference));
        var used = new List<string>();
        var images = new PinnedBaseImages(inner, asked => asked.Tag == "1" ? Pin : null, (asked, digest) => used.Add($"{asked}={digest}"));
        var image = await images.LoadAsync(reference, Platform.LinuxHost, context.CancellationToken);
        return (image, string.Join(' ', used));
    }
}
