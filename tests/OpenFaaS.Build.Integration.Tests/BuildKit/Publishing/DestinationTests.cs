using OpenFaaS.Build.Diagnostics;
using System.Text.Json;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>Images go where the properties say, whichever engine builds them.</summary>
[TestClass]
public sealed class DestinationTests(TestContext context)
{
    private const string Steps = BuildKitFunction.WithShell + "RUN echo built > /result\nLABEL from=dockerfile\n";

    [TestMethod]
    [RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_ToARegistry_PushesEveryTagAndGivesItsDigest(string service)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), Steps).ToRegistry()
            .Set("ContainerImageTags", "latest;second")
            .Add("ContainerLabel", "from-project", "Value", "yes");

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest, function.Messages);
        Assert.AreEqual(image.Digest, await function.AtRegistryAsync("{{.Digest}}", "second"));
        Assert.AreEqual("yes dockerfile", await function.AtRegistryAsync("{{index .Labels \"from-project\"}} {{.Labels.from}}"));
        Assert.AreEqual("built\n", await function.FileAtRegistryAsync("result"));
        Assert.AreEqual("buildkit", image.Builder);
        Assert.AreEqual(image.ConfigDigest, JsonDocument.Parse(image.Manifest).RootElement.GetProperty("config").GetProperty("digest").GetString());
        Assert.Contains("\"rootfs\"", image.Configuration);
        CollectionAssert.AreEqual(new[] { "linux/amd64" }, image.Platforms.ToArray());
        Assert.IsGreaterThan(0, image.Size);
    }

    [TestMethod]
    [RequiresService("registry"), RequiresService("docker"), RequiresService("docker26")]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_UnchangedThenChanged_BuildsOnlyWhatChanged(string service)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), BuildKitFunction.WithShell + "COPY a.txt /\nRUN cat /a.txt > /b.txt\n").ToRegistry().Write("a.txt", "one");
        var first = await function.PublishAsync();

        var second = await function.PublishAsync();
        Assert.Contains("Nothing has changed", function.Messages);
        function.Write("a.txt", "two");
        var third = await function.PublishAsync();

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.AreNotEqual(first.Digest, third.Digest);
        Assert.Contains("cached", function.Messages);
    }

    [TestMethod]
    [RequiresService("docker"), RequiresService("docker26")]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_ToTheEngineThatBuilds_IsThereAtOnce(string service)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), Steps).Set("LocalRegistry", "Docker");
        function.Environment["DOCKER_HOST"] = TestServices.Endpoint(service);

        var image = await function.PublishAsync();

        var output = await Tool.RunAsync(
            TestServices.Fact(service, "CLI"), ["run", "--rm", "--network", "none", function.Name, "/bin/busybox", "cat", "/result"], context.CancellationToken);
        Assert.AreEqual("built", output.Trim());
        Assert.Contains($"{function.Name} -> {function.Name}:latest in docker ({image.Digest})", function.Messages);
        await function.PublishAsync();
        Assert.Contains("Nothing has changed", function.Messages);
        await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["rmi", "--no-prune", "-f", function.Name], context.CancellationToken);
    }

    [TestMethod]
    [RequiresService("docker26"), RequiresService("docker"), RequiresService("podman"), RequiresService("tools")]
    [DataRow("linux/amd64", "OCI")]
    [DataRow("linux/amd64", "Docker")]
    [DataRow("linux/amd64;linux/arm64", "OCI")]
    public async Task Publish_ToAnArchive_IsReadByEngines(string platforms, string format)
    {
        var archive = Path.Combine(context.Folder(), "image.tar");
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), "FROM scratch\nCOPY busybox /bin/busybox\nCMD [\"/bin/busybox\", \"echo\", \"works\"]\n")
            .Set("ContainerArchiveOutputPath", archive)
            .Set("ContainerPlatforms", platforms)
            .Set("ContainerImageFormat", format);

        var image = await function.PublishAsync();

        Assert.AreEqual(archive, image.ArchivePath);
        var read = await Tool.RunAsync("skopeo", ["inspect", "--format", "{{.Architecture}}", "oci-archive:" + archive], context.CancellationToken);
        Assert.AreEqual("amd64", read.Trim());
        await Tool.RunAsync(TestServices.Fact("docker", "CLI"), ["load", "-i", archive], context.CancellationToken);
        var output = await Tool.RunAsync(TestServices.Fact("docker", "CLI"), ["run", "--rm", "--network", "none", function.Name], context.CancellationToken);
        Assert.AreEqual("works", output.Trim());
        await Tool.RunAsync(TestServices.Fact("docker", "CLI"), ["rmi", "--no-prune", "-f", function.Name], context.CancellationToken);
    }

    [TestMethod]
    [RequiresService("docker26"), RequiresService("podman")]
    public async Task Publish_ToAnotherEngine_IsLoadedThere()
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), Steps).Set("LocalRegistry", "Podman");
        function.Environment["CONTAINER_HOST"] = TestServices.Endpoint("podman");

        await function.PublishAsync();

        var output = await Tool.RunAsync(
            TestServices.Fact("podman", "CLI"), ["run", "--rm", "--network", "none", "docker.io/library/" + function.Name, "/bin/busybox", "cat", "/result"], context.CancellationToken);
        Assert.AreEqual("built", output.Trim());
        await Tool.RunAsync(TestServices.Fact("podman", "CLI"), ["rmi", "--no-prune", "-f", "docker.io/library/" + function.Name], context.CancellationToken);
    }

    [TestMethod]
    [RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
    public async Task Publish_SeveralPlatforms_IsAnIndex()
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), "FROM scratch\nARG TARGETARCH\nCOPY busybox /bin/$TARGETARCH\n").ToRegistry()
            .Set("ContainerPlatforms", "linux/amd64;linux/arm64;linux/arm/v7")
            .Add("ContainerAnnotation", "org.example", "Value", "noted");

        var image = await function.PublishAsync();

        var raw = await Tool.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", "docker://" + function.Reference], context.CancellationToken);
        Assert.AreEqual(raw, image.Manifest);
        var index = JsonDocument.Parse(raw).RootElement;
        Assert.AreEqual(3, index.GetProperty("manifests").GetArrayLength());
        Assert.AreEqual("noted", index.GetProperty("annotations").GetProperty("org.example").GetString());
        CollectionAssert.AreEqual(new[] { "linux/amd64", "linux/arm64", "linux/arm/v7" }, image.Platforms.ToArray());
        Assert.AreEqual("", image.ConfigDigest);
    }

    [TestMethod]
    [RequiresService("docker"), RequiresService("registry")]
    [DataRow("ContainerPlatforms", "linux/amd64;linux/arm64")]
    [DataRow("ContainerProvenance", "true")]
    [DataRow("ContainerCompression", "zstd")]
    public async Task Publish_ClassicStoreCannotHonour_IsACodedErrorBeforeTheBuild(string property, string value)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker"), "FROM scratch\nRUN never\n").Set(property, value).ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB5502", failure.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    [RequiresService("docker"), RequiresService("registry")]
    public async Task Publish_BuildKitOfAnOldEngineWithoutTheEngine_IsACodedError()
    {
        await using var bridge = BuildKitBridge.OnUnix(TestServices.Endpoint("docker"));
        var function = new BuildKitFunction(context, bridge.Address, Steps).ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB5503", failure.Diagnostics.Single().Descriptor.Code);
    }
}
