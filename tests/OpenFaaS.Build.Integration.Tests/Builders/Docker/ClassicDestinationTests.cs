using OpenFaaS.Build.Integration.Tests.BuildKit.Faults;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Docker;

/// <summary>Ways of an image that the classic builder made, credentials on the way, and what is left of a build that is cancelled.</summary>
[TestClass]
[RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class ClassicDestinationTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker", "OCI", "gzip")]
    [DataRow("docker", "Docker", "gzip")]
    [DataRow("docker26", "OCI", "gzip")]
    public async Task Publish_ToAnArchive_IsReadByTools(string service, string format, string compression)
    {
        var archive = Path.Combine(context.Folder(), "image.tar");

        // Two layers that are equal: an old engine saves the second as a link.
        var function = ClassicFunction.On(context, service, $"RUN echo {Guid.NewGuid():n} > /unique\nRUN true\nRUN true\nCMD [\"/bin/busybox\", \"echo\", \"works\"]\n")
            .Set("ContainerArchiveOutputPath", archive)
            .Set("ContainerImageFormat", format)
            .Set("ContainerCompression", compression);

        var image = await function.PublishAsync();

        Assert.AreEqual(image.Digest, (await Tool.RunAsync("skopeo", ["inspect", "--format", "{{.Digest}}", "oci-archive:" + archive], context.CancellationToken)).Trim());
        await Tool.RunAsync("skopeo", ["copy", "oci-archive:" + archive, "dir:" + archive + ".dir"], context.CancellationToken);
        await Tool.RunAsync(TestServices.Fact("docker", "CLI"), ["load", "-i", archive], context.CancellationToken);
        var output = await Tool.RunAsync(TestServices.Fact("docker", "CLI"), ["run", "--rm", "--network", "none", function.Name], context.CancellationToken);
        Assert.AreEqual("works", output.Trim());
        await Tool.RunAsync(TestServices.Fact("docker", "CLI"), ["rmi", "--no-prune", "-f", function.Name], context.CancellationToken);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_ToTheEngineThatBuilds_StaysThere(string service)
    {
        var function = ClassicFunction.On(context, service, "RUN echo built > /result\n").Set("LocalRegistry", "Docker");
        function.Environment["DOCKER_HOST"] = TestServices.Endpoint(service);

        var image = await function.PublishAsync();

        var output = await Tool.RunAsync(
            TestServices.Fact(service, "CLI"), ["run", "--rm", "--network", "none", function.Name, "/bin/busybox", "cat", "/result"], context.CancellationToken);
        Assert.AreEqual("built", output.Trim());
        Assert.Contains($"{function.Name} -> {function.Name}:latest in docker ({image.Digest})", function.Messages);
        Assert.AreEqual(service == "docker26", image.Manifest.Length > 0, "Only a containerd store has manifests.");
        await function.PublishAsync();
        Assert.Contains("Nothing has changed", function.Messages);
        await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["rmi", "--no-prune", "-f", function.Name], context.CancellationToken);
    }

    [TestMethod]
    [RequiresService("podman")]
    public async Task Publish_ToAnotherEngine_IsLoadedThere()
    {
        var function = ClassicFunction.On(context, "docker", "RUN echo built > /result\n").Set("LocalRegistry", "Podman");
        function.Environment["CONTAINER_HOST"] = TestServices.Endpoint("podman");

        await function.PublishAsync();

        var output = await Tool.RunAsync(
            TestServices.Fact("podman", "CLI"), ["run", "--rm", "--network", "none", "docker.io/library/" + function.Name, "/bin/busybox", "cat", "/result"], context.CancellationToken);
        Assert.AreEqual("built", output.Trim());
        await Tool.RunAsync(TestServices.Fact("podman", "CLI"), ["rmi", "--no-prune", "-f", "docker.io/library/" + function.Name], context.CancellationToken);
    }

    [TestMethod]
    [RequiresService("registry-auth")]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_PrivateBaseAndDestination_NeedOnlyTheAccountOfTheirRegistry(string service)
    {
        var from = await PrivateRegistry.PushImageAsync(context);
        var function = ClassicFunction.On(context, service, "").ToRegistry("registry-auth").Set("ContainerPull", "always").Set("ContainerProgress", "plain")
            .Write("Dockerfile", $"FROM {from}\nRUN echo built > /result\n");
        function.Environment["DOCKER_CONFIG"] = PrivateRegistry.ConfigFolder(context);

        var image = await function.PublishAsync();

        var account = $"{TestServices.Fact("registry-auth", "USER")}:{TestServices.Fact("registry-auth", "PASSWORD")}";
        var digest = await Tool.RunAsync(
            "skopeo", ["inspect", "--creds", account, "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + function.Reference], context.CancellationToken);
        Assert.AreEqual(digest.Trim(), image.Digest);
        Assert.DoesNotContain(TestServices.Fact("registry-auth", "PASSWORD"), function.Messages);

        // The base is known by its digest, so that a new one is noticed.
        var state = await File.ReadAllTextAsync(Path.Combine(function.Folder, "obj", "openfaas", function.Name + ".state.json"), context.CancellationToken);
        var moved = await Tool.RunAsync("skopeo", ["inspect", "--creds", account, "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + from], context.CancellationToken);
        Assert.Contains(moved.Trim(), state);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_Case87Cancelled_LeavesNoContainerAndNoName(string service)
    {
        var mark = Guid.NewGuid().ToString("n");
        var function = ClassicFunction.On(context, service, $"RUN echo started {mark}; sleep 600\n").Set("LocalRegistry", "Docker").Set("ContainerProgress", "plain");
        function.Environment["DOCKER_HOST"] = TestServices.Endpoint(service);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var log = new TriggerLog("started " + mark, cancel.Cancel);

        await Assert.ThrowsAsync<OperationCanceledException>(() => function.PublishAsync(log, cancel.Token));

        Assert.IsTrue(log.HasActed, log.Messages);
        var cli = TestServices.Fact(service, "CLI");
        while ((await Tool.RunAsync(cli, ["ps", "-a", "--no-trunc", "--format", "{{.Command}}"], context.CancellationToken)).Contains(mark, StringComparison.Ordinal))
        {
            // The engine needs a moment; the test's own time limit ends this.
            await Task.Delay(200, context.CancellationToken);
        }

        Assert.AreEqual("", (await Tool.RunAsync(cli, ["images", "-q", function.Name], context.CancellationToken)).Trim());
        Assert.IsFalse(File.Exists(Path.Combine(function.Folder, "obj", "openfaas", function.Name + ".digest")));
    }
}
