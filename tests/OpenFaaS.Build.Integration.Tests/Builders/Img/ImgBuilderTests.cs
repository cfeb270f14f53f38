using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Img;

/// <summary>What <c>img</c> is told, and what is made of what it says; the stand-in is checked against output recorded from the real one.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class ImgBuilderTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;

    [TestMethod]
    public async Task Publish_ToARegistry_IsTheDigestOfWhatWasSentAndOneWarning()
    {
        var tool = await StandInTool.CreateAsync(Path.Combine(context.Folder(), "img"), "img", "");
        var function = Function(tool, Shell + "RUN echo made > /made\n").ToRegistry();

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        Assert.AreNotEqual(image.ConfigDigest, image.Digest);
        Assert.AreEqual("img", image.Builder);
        Assert.AreEqual("made\n", await function.FileAtRegistryAsync("made"));
        var warning = function.Log.Diagnostics.Single(diagnostic => diagnostic.Descriptor.Code == "OFB2620").Message;
        Assert.Contains("2021", warning);
        Assert.Contains("buildah and buildkit", warning);
        Assert.DoesNotContain("push", tool.Calls);
        Assert.IsEmpty(Directory.GetFiles(Path.Combine(function.Folder, "obj"), "*.tar", SearchOption.AllDirectories));
    }

    [TestMethod]
    public async Task Publish_DockerFormatStateAndBackend_AreTold()
    {
        var tool = await StandInTool.CreateAsync(Path.Combine(context.Folder(), "img"), "img", "");
        var state = Directory.CreateDirectory(Path.Combine(context.Folder(), "state")).FullName;
        var function = Function(tool, Shell + "RUN echo made > /made\n").ToRegistry()
            .Set("ContainerImageFormat", "Docker").Set("ImgState", state).Set("ImgBackend", "native").Set("ContainerNoCache", "true");

        var image = await function.PublishAsync();

        Assert.AreEqual("application/vnd.docker.distribution.manifest.v2+json", image.MediaType);
        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        StringAssert.StartsWith(tool.Calls[tool.Calls.IndexOf("--state", StringComparison.Ordinal)..], $"--state\n{state}\n--backend\nnative\n", StringComparison.Ordinal);
        Assert.Contains("\n--no-cache\n", tool.Calls);
    }

    [TestMethod]
    public async Task Publish_FailingStep_TellsStepAndLastLinesAndThatThereIsNoCode()
    {
        var tool = await StandInTool.CreateAsync(Path.Combine(context.Folder(), "img"), "img", "");
        var function = Function(tool, Shell + "RUN echo the-reason && \\\n  exit 7\n").ToRegistry();

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2624", failure.Descriptor.Code);
        Assert.Contains("does not tell its exit code", failure.Message);
        Assert.Contains("Its last output: the-reason", failure.Message);
        Assert.AreEqual(5, failure.Location?.Line);
    }

    [TestMethod]
    public async Task Publish_FailureBelowAnArgumentByReference_IsAtTheLineOfTheUsersFile()
    {
        var tool = await StandInTool.CreateAsync(Path.Combine(context.Folder(), "img"), "img", "");
        var function = Function(tool, Shell + "ARG WORD=wrong\nRUN exit 7\n").ToRegistry().Add("ContainerBuildArg", "WORD", "Value", "env:CANARY");
        function.Environment["CANARY"] = "canary";

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual(("OFB2624", 6), (failure.Descriptor.Code, failure.Location!.Line), failure.Message);
        Assert.EndsWith("Dockerfile", failure.Location.File);
    }

    [TestMethod]
    public async Task Publish_ArgumentByReference_IsOnNoCommandLineButInTheImage()
    {
        var tool = await StandInTool.CreateAsync(Path.Combine(context.Folder(), "img"), "img", "");
        var canary = "with \"quotes\" and $dollars \\ " + Guid.NewGuid().ToString("n");
        var function = Function(tool, Shell + "ARG WORD=wrong\nARG OTHER\nRUN echo \"$WORD$OTHER\" > /word\n").ToRegistry()
            .Add("ContainerBuildArg", "WORD", "Value", "env:CANARY").Add("ContainerBuildArg", "OTHER", "Value", "!");
        function.Environment["CANARY"] = canary;

        await function.PublishAsync();

        Assert.AreEqual(canary + "!\n", await function.FileAtRegistryAsync("word"));
        Assert.DoesNotContain(canary[^32..], tool.Calls);
        Assert.Contains("--build-arg\nOTHER=!\n", tool.Calls);
    }

    [TestMethod]
    [DataRow("type=gha", "type=gha is not passed on")]
    [DataRow("type=registry", "its ref is no image reference")]
    public async Task Publish_CacheThatCannotBeTold_IsACodedError(string cache, string reason)
    {
        var tool = await StandInTool.CreateAsync(Path.Combine(context.Folder(), "img"), "img", "");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Function(tool, Shell).ToRegistry().Add("ContainerCacheTo", cache).PublishAsync());

        Assert.AreEqual("OFB2625", failure.Diagnostics.Single().Descriptor.Code);
        Assert.Contains(reason, failure.Message);
    }

    [TestMethod]
    public async Task Publish_CacheInARegistry_IsWrittenAndReadBack()
    {
        var tool = await StandInTool.CreateAsync(Path.Combine(context.Folder(), "img"), "img", "");
        var cache = $"type=registry,ref={TestServices.Endpoint("registry")}/cache/{{function}}";
        var function = Function(tool, Shell + $"RUN echo {Guid.NewGuid():n} > /made\n").ToRegistry().Add("ContainerCacheTo", cache + ",mode=max").Add("ContainerCacheFrom", cache);

        await function.PublishAsync();

        Assert.Contains($"--cache-from\ntype=registry,ref={TestServices.Endpoint("registry")}/cache/{function.Name}\n", tool.Calls);
        await Tool.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", $"docker://{TestServices.Endpoint("registry")}/cache/{function.Name}:latest"], context.CancellationToken);
    }

    private BuildKitFunction Function(StandInTool tool, string dockerfile) =>
        new BuildKitFunction(context, "", dockerfile).Set("ContainerBuilder", "img").Set("ContainerNetwork", "").Set("ImgCommand", tool.Command);
}
