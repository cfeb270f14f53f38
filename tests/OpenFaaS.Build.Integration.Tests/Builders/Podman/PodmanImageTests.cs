using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Podman;

/// <summary>What comes out of Podman and Buildah, beyond what the contract suite asks of every engine.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("podman"), RequiresService("buildah"), RequiresService("tools")]
public sealed class PodmanImageTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_ThreeDigestsThatDiffer_TellsTheRegistrys(string engine)
    {
        var function = PodmanEngine.Function(context, engine, Shell + $"ENV THIS={Guid.NewGuid():n}\nRUN echo x > /x\n").ToRegistry();

        var image = await function.PublishAsync();

        var local = await PodmanEngine.LocalDigestAsync(engine, image.ConfigDigest["sha256:".Length..], context.CancellationToken);
        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        Assert.AreNotEqual(image.ConfigDigest, image.Digest);
        Assert.AreNotEqual(local, image.Digest);
        Assert.AreNotEqual(local, image.ConfigDigest);
    }

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_SeveralPlatformsTwice_IsAnIndexOfThemAlone(string engine)
    {
        // One stage from scratch: old versions take the layers of one platform for the other.
        var function = PodmanEngine.Function(context, engine, "FROM scratch\nCOPY busybox /busybox\nCOPY a /a\n").ToRegistry()
            .Set("ContainerPlatforms", "linux/amd64;linux/arm64;linux/arm/v7").Write("a", "1");

        await function.PublishAsync();
        function.Write("a", "2");
        var image = await function.PublishAsync();

        Assert.AreEqual("application/vnd.oci.image.index.v1+json", image.MediaType);
        var index = await Tool.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", "docker://" + function.Reference], context.CancellationToken);
        var platforms = System.Text.Json.Nodes.JsonNode.Parse(index)!["manifests"]!.AsArray().Select(entry => $"{entry!["platform"]!["architecture"]}{entry["platform"]!["variant"]}").ToList();
        CollectionAssert.AreEqual(new[] { "amd64", "arm64", "armv7" }, platforms);
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            Assert.AreEqual(architecture, (await Tool.RunAsync(
                "skopeo", ["inspect", "--override-arch", architecture, "--tls-verify=false", "--format", "{{.Architecture}}", "docker://" + function.Reference], context.CancellationToken)).Trim());
        }

        Assert.DoesNotContain("openfaas-build", await PodmanEngine.NamesAsync(engine, context.CancellationToken));
    }

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_ShellAndHealthcheck_AreKeptInDockersFormat(string engine)
    {
        var function = PodmanEngine.Function(context, engine, Shell + "SHELL [\"/bin/busybox\", \"ash\", \"-c\"]\nHEALTHCHECK CMD true\nRUN echo $0 > /shell\n").ToRegistry();

        var image = await function.PublishAsync();

        Assert.AreEqual("application/vnd.docker.distribution.manifest.v2+json", image.MediaType);
        Assert.Contains("Docker's format, since SHELL (line 5)", function.Messages);
        Assert.Contains("\"Healthcheck\"", image.Configuration);
        Assert.AreEqual("ash\n", await function.FileAtRegistryAsync("shell"));

        function.Set("ContainerPush", "false").Set("ContainerArchiveOutputPath", "image.tar");
        var archived = await function.PublishAsync();
        Assert.Contains("\"Healthcheck\"", archived.Configuration);
    }

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_ToPodmansStore_IsThereUnderItsName(string engine)
    {
        var function = PodmanEngine.Function(context, engine, Shell + $"ENV THIS={Guid.NewGuid():n}\nCMD echo ran\n").Set("LocalRegistry", "Podman");
        function.Environment["CONTAINER_HOST"] = TestServices.Endpoint("podman");
        if (engine == PodmanEngine.Command)
        {
            // The variable would order the service; without it the store is that of the command in PATH.
            function.Environment.Clear();
            var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "path")).FullName;
            File.CreateSymbolicLink(Path.Combine(folder, "podman"), TestServices.Fact("podman", "CLI"));
            function.Environment["PATH"] = folder;
        }

        var image = await function.PublishAsync();

        Assert.AreEqual("ran\n", await PodmanEngine.AskAsync(PodmanEngine.Command, context.CancellationToken, "run", "--rm", "--network", "none", image.DisplayName.Split(' ')[0]));
    }

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_MovedBase_IsBuiltAgain(string engine)
    {
        var below = PodmanEngine.Function(context, engine, Shell + "COPY a /a\n").ToRegistry().Write("a", "one");
        await below.PublishAsync();
        var function = PodmanEngine.Function(context, engine, $"FROM {below.Reference}\nRUN cat /a > /b\n").ToRegistry();
        var first = await function.PublishAsync();
        Assert.AreEqual(first.Digest, (await function.PublishAsync()).Digest);
        Assert.Contains("Nothing has changed", function.Messages);

        below.Write("a", "two");
        await below.PublishAsync();
        await function.PublishAsync();

        Assert.AreEqual("two", await function.FileAtRegistryAsync("b"));
    }

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_WithoutSteps_IsTheSameImageEveryTime(string engine)
    {
        var function = PodmanEngine.Function(context, engine, "FROM scratch\nCOPY . /all\n").ToRegistry().Set("ContainerNoCache", "true").Set("FunctionForce", "true").Write("a/b", "c");

        var first = await function.PublishAsync();
        await Task.Delay(1100, context.CancellationToken);
        var second = await function.PublishAsync();

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.AreEqual("c", await function.FileAtRegistryAsync("all/a/b"));
        var files = await function.FilesAtRegistryAsync();
        Assert.IsFalse(files.Any(file => file.Contains("openfaas", StringComparison.Ordinal) || file.Contains("containerignore", StringComparison.Ordinal)), string.Join(' ', files));
    }
}
