namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>A second publish does what changed and nothing else, and gives every output whatever it does.</summary>
[TestClass]
[RequiresTool("registry", "docker-registry")]
public sealed class IncrementalTests(TestContext context)
{
    private static readonly HttpClient Client = new();

    [TestMethod]
    public async Task Publish_NothingChanged_SendsNothingAndGivesEveryOutput()
    {
        await using var registry = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "registry"), context.CancellationToken);
        var project = FunctionProject.AnyLanguage(context, properties: Registry(registry));
        string[] outputs = ["-getProperty:GeneratedContainerDigest,GeneratedContainerManifest,GeneratedContainerConfiguration,GeneratedContainerMediaType", "-getTargetResult:PublishFunction"];
        var first = (await project.PublishAsync(outputs)).ShouldSucceed();
        var before = Writes(registry);
        Assert.AreNotEqual(0, before);

        var second = (await project.PublishAsync(outputs)).ShouldSucceed();

        Assert.AreEqual(before, Writes(registry));
        Assert.AreEqual(WithoutTimes(first.Output), WithoutTimes(second.Output));
    }

    [TestMethod]
    [DataRow("added file")]
    [DataRow("changed file")]
    [DataRow("removed file")]
    [DataRow("changed mode")]
    [DataRow("changed Dockerfile")]
    [DataRow("changed option")]
    public async Task Publish_SomethingChanged_MakesAnotherImage(string change)
    {
        await using var registry = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "registry"), context.CancellationToken);
        var project = FunctionProject.AnyLanguage(context, properties: Registry(registry)).Write("data/old", "1");
        var first = await project.PublishForDigestAsync();
        var arguments = new List<string>();
        switch (change)
        {
            case "added file":
                project.Write("data/new", "");
                break;
            case "changed file":
                // Neither size nor time tells.
                var time = File.GetLastWriteTimeUtc(project.At("data/old"));
                project.Write("data/old", "2");
                File.SetLastWriteTimeUtc(project.At("data/old"), time);
                break;
            case "removed file":
                File.Delete(project.At("data/old"));
                break;
            case "changed mode":
                File.SetUnixFileMode(project.At("data/old"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
                break;
            case "changed Dockerfile":
                project.Write("Dockerfile", "FROM scratch\nCOPY . /\nCMD [\"/other\"]\n");
                break;
            default:
                arguments.Add("-p:ContainerUser=1000");
                break;
        }

        var second = await project.PublishForDigestAsync([.. arguments]);

        Assert.AreNotEqual(first, second);
        Assert.AreEqual(second, await TagDigestAsync(registry, "my-cool-function"));
    }

    [TestMethod]
    public async Task Publish_TagIsGoneOrMoved_PutsItBack()
    {
        await using var registry = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "registry"), context.CancellationToken);
        var project = FunctionProject.AnyLanguage(context, properties: Registry(registry));
        var digest = await project.PublishForDigestAsync();

        using var deleted = await Client.DeleteAsync(new Uri($"http://{registry.Name}/v2/my-cool-function/manifests/{digest}"), context.CancellationToken);
        Assert.IsTrue(deleted.IsSuccessStatusCode);
        Assert.AreEqual(digest, await project.PublishForDigestAsync());
        Assert.AreEqual(digest, await TagDigestAsync(registry, "my-cool-function"));

        var other = FunctionProject.AnyLanguage(context, properties: Registry(registry)).Write("more", "");
        Assert.AreNotEqual(digest, await other.PublishForDigestAsync());
        Assert.AreEqual(digest, await project.PublishForDigestAsync());
        Assert.AreEqual(digest, await TagDigestAsync(registry, "my-cool-function"));
    }

    [TestMethod]
    public async Task Publish_BaseMoved_MakesAnotherImage()
    {
        await using var registry = await RegistryProcess.StartAsync(Path.Combine(context.Folder(), "registry"), context.CancellationToken);
        var baseProject = FunctionProject.AnyLanguage(context, properties: Registry(registry) + "<FunctionName>base</FunctionName>");
        await baseProject.PublishForDigestAsync();
        var project = FunctionProject.AnyLanguage(context, properties: Registry(registry)).Write("Dockerfile", $"FROM {registry.Name}/base:latest\nCOPY run /run2\n");
        var first = await project.PublishForDigestAsync();
        Assert.AreEqual(first, await project.PublishForDigestAsync());

        baseProject.Write("more", "");
        await baseProject.PublishForDigestAsync();

        Assert.AreNotEqual(first, await project.PublishForDigestAsync());
    }

    [TestMethod]
    public async Task Publish_ArchiveIsGone_WritesItAgain()
    {
        var project = FunctionProject.AnyLanguage(context, properties: "<ContainerArchiveOutputPath>bin/image.tar</ContainerArchiveOutputPath>");
        var digest = await project.PublishForDigestAsync();
        var archive = await File.ReadAllBytesAsync(project.At("bin/image.tar"), context.CancellationToken);
        File.Delete(project.At("bin/image.tar"));

        Assert.AreEqual(digest, await project.PublishForDigestAsync());

        Assert.AreSequenceEqual(archive, await File.ReadAllBytesAsync(project.At("bin/image.tar"), context.CancellationToken));
    }

    [TestMethod]
    public async Task Publish_OutputsBesideTheSources_AreNoPartOfTheImage()
    {
        string[] outputs = ["-p:ContainerArchiveOutputPath=./", "-p:ContainerMetadataFile=image.json", "-p:ContainerDigestFile=out/"];
        var project = FunctionProject.AnyLanguage(context).Write("out/kept", "");
        var digest = await project.PublishForDigestAsync(outputs);
        Assert.IsEmpty(new[] { "my-cool-function.oci.tar", "image.json", "out/my-cool-function.digest" }.Except(project.Files(), StringComparer.Ordinal));
        var request = File.GetLastWriteTimeUtc(project.At("obj/Release/openfaas/my-cool-function.request.json"));

        Assert.AreEqual(digest, await project.PublishForDigestAsync(outputs));

        Assert.AreEqual(request, File.GetLastWriteTimeUtc(project.At("obj/Release/openfaas/my-cool-function.request.json")));
    }

    private static string Registry(RegistryProcess registry) => $"<ContainerRegistry>{registry.Name}</ContainerRegistry>";

    private static int Writes(RegistryProcess registry) =>
        registry.AccessLog.Split('\n').Count(line => line.Contains("\"PUT ", StringComparison.Ordinal) || line.Contains("\"POST ", StringComparison.Ordinal) || line.Contains("\"PATCH ", StringComparison.Ordinal));

    private static string WithoutTimes(string output) =>
        string.Join('\n', output.Split('\n').Where(line => !line.Contains("\"Duration\"", StringComparison.Ordinal) && !line.Contains("edTime\"", StringComparison.Ordinal)));

    private async Task<string> TagDigestAsync(RegistryProcess registry, string repository)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri($"http://{registry.Name}/v2/{repository}/manifests/latest"));
        request.Headers.Accept.ParseAdd("application/vnd.oci.image.manifest.v1+json");
        using var response = await Client.SendAsync(request, context.CancellationToken);
        return response.EnsureSuccessStatusCode().Headers.GetValues("Docker-Content-Digest").Single();
    }
}
