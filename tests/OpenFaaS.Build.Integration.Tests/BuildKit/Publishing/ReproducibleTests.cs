namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>Images that are the same whenever they are built, and how their layers are packed.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class ReproducibleTests(TestContext context)
{
    private const string Steps = BuildKitFunction.WithShell + "RUN echo made > /made && sleep 1\n";

    [TestMethod]
    public async Task Publish_EpochAndNoCache_GivesTheSameDigestWithItsTimes()
    {
        var function = Function().Set("SOURCE_DATE_EPOCH", "1000000000").Set("ContainerNoCache", "true").Add("ContainerOutput", "type=oci,dest=one.tar");
        var first = await function.PublishAsync();

        var second = await function.Set("FunctionForce", "true").Remove("ContainerOutput").Add("ContainerOutput", "type=oci,dest=two.tar").PublishAsync();

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.Contains("\"created\":\"2001-09-09T01:46:40Z\"", first.Configuration);
        foreach (var archive in new[] { "one.tar", "two.tar" })
        {
            Assert.AreEqual(first.Digest, (await Tool.RunAsync(
                "skopeo", ["inspect", "--format", "{{.Digest}}", "oci-archive:" + Path.Combine(function.Folder, archive)], context.CancellationToken)).Trim(), "the archive is as the image");
        }
    }

    [TestMethod]
    [DataRow("zstd", "application/vnd.oci.image.layer.v1.tar+zstd")]
    [DataRow("zstd:19", "application/vnd.oci.image.layer.v1.tar+zstd")]
    [DataRow("none", "application/vnd.oci.image.layer.v1.tar\"")]
    [DataRow("gzip:1", "application/vnd.oci.image.layer.v1.tar+gzip")]
    public async Task Publish_Compression_IsThatOfEveryLayer(string compression, string mediaType)
    {
        var image = await Function().Set("ContainerCompression", compression).PublishAsync();

        Assert.AreEqual(image.Manifest.Split("image.layer").Length, image.Manifest.Split(mediaType).Length, image.Manifest);
    }

    [TestMethod]
    public async Task Publish_NoCacheOfAStage_RunsThatStageAgainOnly()
    {
        var function = new BuildKitFunction(
                context,
                TestServices.Endpoint("docker26"),
                BuildKitFunction.WithShell.Replace("scratch", "scratch AS one", StringComparison.Ordinal) + "RUN cat /proc/sys/kernel/random/uuid > /one\n"
                    + "FROM scratch AS two\nCOPY busybox /other/busybox\nRUN [\"/other/busybox\", \"sh\", \"-c\", \"cat /proc/sys/kernel/random/uuid > /two\"]\n"
                    + "FROM scratch\nCOPY --from=one /one /\nCOPY --from=two /two /\n")
            .ToRegistry().Set("FunctionForce", "true").Set("ContainerNoCache", "two");
        await function.PublishAsync();
        var (one, two) = (await function.FileAtRegistryAsync("one"), await function.FileAtRegistryAsync("two"));

        await function.PublishAsync();

        Assert.AreEqual(one, await function.FileAtRegistryAsync("one"));
        Assert.AreNotEqual(two, await function.FileAtRegistryAsync("two"));
    }

    [TestMethod]
    public async Task Publish_Hosts_AreKnownToTheSteps()
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), BuildKitFunction.WithShell + "RUN cat /etc/hosts > /hosts\n").ToRegistry()
            .Add("ContainerAddHost", "there.example=192.0.2.7");

        await function.PublishAsync();

        Assert.Contains("192.0.2.7\tthere.example", await function.FileAtRegistryAsync("hosts"));
    }

    [TestMethod]
    public async Task Publish_ArgumentForAnInlineCache_PutsItIntoTheImage()
    {
        var function = Function().Add("ContainerBuildArg", "BUILDKIT_INLINE_CACHE", "Value", "1");

        Assert.Contains("moby.buildkit.cache.v0", (await function.PublishAsync()).Configuration);
    }

    private BuildKitFunction Function() => new BuildKitFunction(context, TestServices.Endpoint("docker26"), Steps).ToRegistry();
}
