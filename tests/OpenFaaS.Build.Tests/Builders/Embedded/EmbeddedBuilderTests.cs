using System.Text.Json;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Embedded;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Embedded;

[TestClass]
public sealed class EmbeddedBuilderTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    [DataRow("FROM scratch\nCOPY a /\nRUN true\n", "OFB2101", 3)]
    [DataRow("FROM scratch\nADD https://example.com/x /\n", "OFB2102", 2)]
    [DataRow("FROM scratch\nADD git@example.com:x.git /\n", "OFB2102", 2)]
    [DataRow("FROM scratch\nCOPY --exclude=x a /\n", "OFB2102", 2)]
    [DataRow("FROM scratch\nCOPY --parents a /\n", "OFB2102", 2)]
    [DataRow("FROM scratch\nONBUILD COPY a /\n", "OFB2102", 2)]
    [DataRow("FROM scratch\nENV A=1\nCOPY missing /\n", "OFB2104", 3)]
    [DataRow("FROM scratch\nCOPY --chown=nobody a /\n", "OFB2106", 2)]
    [DataRow("FROM scratch\nCOPY --chmod=999 a /\n", "OFB2107", 2)]
    [DataRow("FROM scratch\nSTOPSIGNAL SIGNOTHING\n", "OFB2107", 2)]
    [DataRow("FROM scratch\nEXPOSE many\n", "OFB2107", 2)]
    [DataRow("FROM Not/A/Reference\nCOPY a /\n", "OFB2110", 1)]
    public async Task Build_Unsupported_NamesCodeAndLine(string dockerfile, string code, int line)
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => BuildAsync(dockerfile));

        Assert.AreEqual(code, error.Diagnostics[0].Descriptor.Code, error.Message);
        Assert.AreEqual(("Dockerfile", line), (error.Diagnostics[0].Location!.File, error.Diagnostics[0].Location!.Line));
    }

    [TestMethod]
    public async Task Probe_RunInReachedStage_IsNotUsable()
    {
        var probe = await new EmbeddedBuilder(new StandInBaseImages()).ProbeAsync(Input("FROM scratch\nRUN x\n"), context.CancellationToken);

        Assert.IsFalse(probe.Usable);
        Assert.AreEqual("OFB2101", probe.Diagnostic!.Descriptor.Code);
        Assert.AreEqual(2, probe.Diagnostic.Location!.Line);
    }

    [TestMethod]
    public async Task Probe_RunInUnusedStage_IsUsable()
    {
        var probe = await new EmbeddedBuilder(new StandInBaseImages()).ProbeAsync(
            Input("FROM scratch AS unused\nRUN x\nFROM scratch\nCOPY a /\n"), context.CancellationToken);

        Assert.IsTrue(probe.Usable);
    }

    [TestMethod]
    public async Task Build_LinkedCopies_NeverReadBaseLayers()
    {
        var images = new StandInBaseImages();

        var image = await BuildAsync("FROM base:1\nCOPY --link a /home/app/\nWORKDIR /home/app\nUSER 1654\n", images);

        Assert.AreEqual(0, images.Reads);
        Assert.HasCount(2, image.Platforms[0].Layers);
        Assert.IsInstanceOfType<RemoteBlob>(image.Platforms[0].Layers[0].Content);
        Assert.AreEqual(Digest.Of("manifest"u8), image.Bases["docker.io/library/base:1"]);
    }

    [TestMethod]
    public async Task Build_BaseWithOnBuild_IsError()
    {
        var images = new StandInBaseImages(new ContainerConfig { OnBuild = ["RUN x"] });

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => BuildAsync("FROM base\nCOPY a /\n", images));

        Assert.AreEqual("OFB2109", error.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task Build_Twice_GivesSameDigest()
    {
        const string dockerfile = "FROM base\nCOPY . /x/\nENV A=1\nLABEL l=1\n";

        var first = await BuildAsync(dockerfile);
        var second = await BuildAsync(dockerfile);

        Assert.AreEqual(first.Descriptor.Digest, second.Descriptor.Digest);
    }

    [TestMethod]
    public async Task Build_SeveralPlatforms_GivesIndex()
    {
        var images = new StandInBaseImages();

        var image = await BuildAsync("FROM base\nARG TARGETARCH\nENV ARCH=$TARGETARCH\nCOPY a /\n", images, ("ContainerPlatforms", "linux/amd64;linux/arm/v7"));

        Assert.AreEqual(MediaTypes.OciIndex, image.Descriptor.MediaType);
        CollectionAssert.AreEqual(new[] { "linux/amd64", "linux/arm/v7" }, image.Platforms.Select(p => p.Platform.ToString()).ToArray());
        CollectionAssert.AreEqual(new[] { "amd64", "arm" }, image.Platforms.Select(p => Variable(p, "ARCH")).ToArray());
        Assert.AreEqual(image.Platforms[0].Layers[^1].DiffId, image.Platforms[1].Layers[^1].DiffId);
    }

    [TestMethod]
    public async Task Build_HistoryAndDiffIds_AgreeWithLayers()
    {
        var image = await BuildAsync("FROM scratch\nARG SECRET\nCOPY a /\nENV X=1\nWORKDIR /w\nCOPY b /w/\n", null, "SECRET", "hidden");

        var config = OciJson.ReadConfig(image.Platforms[0].Config);
        Assert.HasCount(3, config.RootFs.DiffIds);
        Assert.AreEqual(3, config.History!.Count(entry => entry.EmptyLayer != true));
        Assert.DoesNotContain("hidden", JsonSerializer.Serialize(config), "A build argument's value must not reach the image's history.");
    }

    [TestMethod]
    public async Task Build_UnusedArgument_IsReported()
    {
        await BuildAsync("FROM scratch\nCOPY a /\n", null, "NOBODY", "1");

        Assert.AreEqual("OFB2111", log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public async Task Build_DockerFormat_HasDockerMediaTypes()
    {
        var image = await BuildAsync("FROM scratch\nCOPY a /\n", null, ("ContainerImageFormat", "Docker"));

        Assert.AreEqual(MediaTypes.DockerManifest, image.Descriptor.MediaType);
        Assert.AreEqual(MediaTypes.DockerLayerGzip, image.Platforms[0].Layers[0].Descriptor.MediaType);
    }

    private static string Variable(PlatformImage image, string name) =>
        OciJson.ReadConfig(image.Config).Config!.Env!.Single(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];

    private Task<BuiltImage> BuildAsync(string dockerfile, StandInBaseImages? images = null, params (string, string)[] properties) =>
        BuildAsync(Input(dockerfile, properties), images);

    private Task<BuiltImage> BuildAsync(string dockerfile, StandInBaseImages? images, string argument, string value)
    {
        var input = Input(dockerfile);
        var arguments = new Dictionary<string, string> { [argument] = value };
        return BuildAsync(input with { Arguments = arguments, Function = input.Function with { Builder = input.Function.Builder with { Arguments = arguments } } }, images);
    }

    private async Task<BuiltImage> BuildAsync(ImageBuild input, StandInBaseImages? images) =>
        (await new EmbeddedBuilder(images ?? new StandInBaseImages()).BuildAsync(input, context.CancellationToken)).Image!;

    private ImageBuild Input(string dockerfile, params (string, string)[] properties) => new(
        FunctionModelReader.Read(RequestBuilder.Create("any", [("FunctionTemplate", "dockerfile"), .. properties]), _ => null),
        new FileSet([Bytes.File("a", "1"), Bytes.File("b", "2")]),
        dockerfile,
        "Dockerfile",
        new Dictionary<string, string>(),
        context.Folder(),
        log);
}
