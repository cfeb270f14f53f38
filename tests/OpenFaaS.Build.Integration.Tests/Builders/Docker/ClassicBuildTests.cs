using System.Text.Json;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Docker;

/// <summary>What the classic builder makes of a function, on an old engine and on one with containerd's image store.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class ClassicBuildTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_ToARegistry_PushesEveryTagAndGivesItsDigest(string service)
    {
        var mark = Guid.NewGuid().ToString("n");
        var function = ClassicFunction.On(context, service, $"ARG GREETING=default\nRUN echo $GREETING > /greeting; echo {mark}\nLABEL from=dockerfile\nFROM scratch AS other\nCOPY nothing /\n", "AS built")
            .ToRegistry()
            .Set("ContainerTarget", "built")
            .Set("ContainerImageTags", "latest;second")
            .Set("ContainerProgress", "plain")
            .Add("ContainerBuildArg", "GREETING", "Value", "hello")
            .Add("ContainerLabel", "from-project", "Value", "yes");

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest, function.Messages);
        Assert.AreEqual(image.Digest, await function.AtRegistryAsync("{{.Digest}}", "second"));
        Assert.AreEqual("yes dockerfile", await function.AtRegistryAsync("{{index .Labels \"from-project\"}} {{.Labels.from}}"));
        Assert.AreEqual("hello\n", await function.FileAtRegistryAsync("greeting"));
        Assert.AreEqual("docker", image.Builder);
        Assert.AreEqual(image.ConfigDigest, JsonDocument.Parse(image.Manifest).RootElement.GetProperty("config").GetProperty("digest").GetString());
        Assert.Contains("\"rootfs\"", image.Configuration);
        CollectionAssert.AreEqual(new[] { "linux/amd64" }, image.Platforms.ToArray());
        Assert.IsGreaterThan(0, image.Size);
        Assert.Contains(mark, function.Log.Messages.Where(message => !message.Contains("RUN ", StringComparison.Ordinal)).Select(message => message.Split(' ')[^1]));
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_Case81DigestsThatDiffer_GivesTheOneOfTheRegistry(string service)
    {
        var function = ClassicFunction.On(context, service, $"RUN echo {Guid.NewGuid():n} > /unique\n").ToRegistry();

        var image = await function.PublishAsync();

        var id = (await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["image", "inspect", "--format", "{{.Id}}", function.Reference], context.CancellationToken)).Trim();
        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        Assert.AreNotEqual(image.ConfigDigest, image.Digest);

        // A classic store calls the image by its configuration, containerd's by its manifest.
        Assert.AreEqual(service == "docker" ? image.ConfigDigest : image.Digest, id);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_UnchangedThenChanged_BuildsOnlyWhatChanged(string service)
    {
        var function = ClassicFunction.On(context, service, "COPY a.txt /\nRUN cat /a.txt > /b.txt\n").ToRegistry().Write("a.txt", "one");
        var first = await function.PublishAsync();

        var second = await function.PublishAsync();
        Assert.Contains("Nothing has changed", function.Messages);
        function.Write("a.txt", "two");
        var third = await function.PublishAsync();

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.AreNotEqual(first.Digest, third.Digest);
        Assert.Contains("] COPY busybox /bin/busybox: CACHED", function.Messages);
        Assert.AreEqual("two", await function.FileAtRegistryAsync("b.txt"));
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_EverythingIsCopied_TheDockerfileThatIsSentIsNot(string service)
    {
        // The user adds an instruction, so that the Dockerfile of the context is not the one that is built.
        var function = ClassicFunction.On(context, service, "COPY . /all\n").ToRegistry().Set("ContainerUser", "1000").Write("kept/a.txt", "one").Write("left/b.txt", "two").Write(".dockerignore", "left\n.dockerignore\n");

        await function.PublishAsync();

        var listed = await function.FilesAtRegistryAsync("all");
        CollectionAssert.AreEqual(new[] { "Dockerfile", "busybox", "kept", "kept/a.txt" }, listed.ToArray(), string.Join('\n', listed));
        Assert.DoesNotContain("USER", await function.FileAtRegistryAsync("all/Dockerfile"));
        Assert.AreEqual("1000", JsonDocument.Parse((await function.PublishAsync()).Configuration).RootElement.GetProperty("config").GetProperty("User").GetString());
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_HostsLimitsAndPlatformArguments_ReachTheSteps(string service)
    {
        var function = ClassicFunction.On(context, service, "ARG TARGETARCH\nRUN cat /etc/hosts > /hosts; ulimit -n > /limit; echo $TARGETARCH > /arch\n").ToRegistry()
            .Set("ContainerNetwork", "host")
            .Add("ContainerAddHost", "there.example=192.0.2.7")
            .Add("ContainerUlimit", "nofile=100:200")
            .Add("ContainerAllow", "network.host");

        // The classic builder needs no permission for the host's network, and says that it knows none.
        var failure = await Assert.ThrowsExactlyAsync<OpenFaaS.Build.Diagnostics.DiagnosticException>(() => function.PublishAsync());
        Assert.AreEqual("OFB2002", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("ContainerAllow", failure.Diagnostics[0].Message);
        function.Remove("ContainerAllow");
        await function.PublishAsync();

        Assert.Contains("192.0.2.7\tthere.example", await function.FileAtRegistryAsync("hosts"));
        Assert.AreEqual("100\n", await function.FileAtRegistryAsync("limit"));
        Assert.AreEqual("amd64\n", await function.FileAtRegistryAsync("arch"));
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_CacheOfAnotherImage_IsPulledAndTaken(string service)
    {
        var mark = Guid.NewGuid().ToString("n");
        var first = ClassicFunction.On(context, service, $"RUN echo {mark}; cat /proc/sys/kernel/random/uuid > /result\n").ToRegistry();
        await first.PublishAsync();
        var built = await first.FileAtRegistryAsync("result");
        await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["rmi", "--no-prune", "-f", first.Reference], context.CancellationToken);
        var second = ClassicFunction.On(context, service, $"RUN echo {mark}; cat /proc/sys/kernel/random/uuid > /result\n").ToRegistry()
            .Add("ContainerCacheFrom", "type=registry,ref=" + first.Reference)
            .Add("ContainerCacheFrom", $"{TestServices.Endpoint("registry")}/not-there:{mark}");

        await second.PublishAsync();

        // Taking layers over fails in 26.1 with containerd's store; the build then goes on without.
        var result = await second.FileAtRegistryAsync("result");
        if (service == "docker")
        {
            Assert.AreEqual(built, result, second.Messages);
        }

        Assert.AreEqual(built.Length, result.Length);
        Assert.Contains("OFB2427", second.Log.Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code));
    }
}
