using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders;

[TestClass]
public sealed class BuilderSelectionTests(TestContext context)
{
    private const string Plain = "FROM scratch\nCOPY a /\n";
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Auto_EmbeddedUsable_AsksNobodyElse()
    {
        var buildkit = BuilderStandIn.Usable("buildkit");

        Assert.AreEqual("embedded", await SelectAsync("auto", Plain, [buildkit, BuilderStandIn.Usable("embedded")]));
        Assert.AreEqual(0, buildkit.Probes);
        CollectionAssert.Contains(log.Messages.ToList(), "Builder: embedded (here).");
    }

    [TestMethod]
    public async Task Auto_OrderOfTheContract_IsKeptWhoeverAnswersFirst()
    {
        var late = new BuilderStandIn("buildkit", async token =>
        {
            await Task.Delay(200, token);
            return new BuilderProbe(true, "late");
        });

        Assert.AreEqual("buildkit", await SelectAsync("auto", Plain, [BuilderStandIn.Missing("embedded"), BuilderStandIn.Usable("podman"), late]));
    }

    [TestMethod]
    public async Task Auto_SilentEngine_IsPassedOverInTime() =>
        Assert.AreEqual("podman", await SelectAsync("auto", Plain, [BuilderStandIn.Missing("embedded"), BuilderStandIn.Silent("buildkit"), BuilderStandIn.Silent("docker"), BuilderStandIn.Usable("podman")]));

    [TestMethod]
    public async Task Auto_EngineTooOldForTheDockerfile_IsPassedOver() =>
        Assert.AreEqual("buildah", await SelectAsync(
            "auto", "FROM scratch\nRUN <<EOF\ntrue\nEOF\n", [BuilderStandIn.Usable("podman", new Version(4, 3)), BuilderStandIn.Usable("buildah", new Version(1, 33))]));

    [TestMethod]
    public async Task Auto_Nothing_ListsWhatWasTriedAndWhy()
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => SelectAsync(
            "auto", "FROM scratch\nRUN --mount=type=cache,target=/x true\n", [BuilderStandIn.Missing("embedded"), BuilderStandIn.Missing("buildkit"), BuilderStandIn.Usable("podman", new Version(4, 3))], ("ContainerProvenance", "true")));

        var diagnostic = error.Diagnostics.Single();
        Assert.AreEqual("OFB2003", diagnostic.Descriptor.Code);
        Assert.Contains(
            "embedded (cannot honour ContainerProvenance); buildkit (not here); podman (cannot honour ContainerProvenance). ContainerProvenance is honoured by: buildkit, docker, nerdctl.",
            diagnostic.Message);
    }

    [TestMethod]
    public async Task Auto_ToolsThatNobodyKeeps_AreNeverTaken()
    {
        var img = BuilderStandIn.Usable("img");

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => SelectAsync("auto", Plain, [img, BuilderStandIn.Usable("k3c"), BuilderStandIn.Usable("pouch"), BuilderStandIn.Usable("nerdctl")]));
        Assert.AreEqual(0, img.Probes);
    }

    [TestMethod]
    public async Task Named_InputNotHonoured_IsAnErrorThatNamesBuildersBeforeAnythingStarts()
    {
        var podman = BuilderStandIn.Usable("podman");
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => SelectAsync("podman", Plain, [podman], ("ContainerProvenance", "true")));

        var diagnostic = error.Diagnostics.Single();
        Assert.AreEqual("OFB2002", diagnostic.Descriptor.Code);
        Assert.Contains("'podman' cannot honour ContainerProvenance; builders that can: buildkit, docker, nerdctl.", diagnostic.Message);
        Assert.AreEqual(0, podman.Probes);
    }

    [TestMethod]
    [DataRow("KanikoExecutor", "x", "kaniko")]
    [DataRow("KanikoNetwork", "host", "kaniko")]
    [DataRow("KanikoFeatures", "mount", "kaniko")]
    [DataRow("KanikoNamespace", "builds", "kaniko")]
    [DataRow("KanikoDeadline", "0:10:00", "kaniko")]
    [DataRow("NerdctlCommand", "x", "nerdctl")]
    [DataRow("ImgCommand", "x", "img")]
    [DataRow("ImgState", "x", "img")]
    [DataRow("ImgBackend", "native", "img")]
    public async Task Named_InputOfAnotherBuilder_IsAnErrorThatNamesIt(string input, string value, string owner)
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => SelectAsync("embedded", Plain, [BuilderStandIn.Usable("embedded")], (input, value)));

        Assert.Contains($"cannot honour {input}; builders that can: {owner}.", error.Diagnostics.Single().Message);
        Assert.AreEqual(owner, await SelectAsync(owner, Plain, [BuilderStandIn.Usable(owner)], [(input, value), .. input == "KanikoExecutor" ? [("KanikoRunner", "executor")] : input is "KanikoNamespace" or "KanikoDeadline" ? [("KanikoRunner", "kubernetes")] : Array.Empty<(string, string)>()]));
    }

    [TestMethod]
    public async Task Named_EngineTooOld_SaysWhichVersionItHas()
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => SelectAsync("buildah", "FROM scratch\nRUN <<EOF\ntrue\nEOF\n", [BuilderStandIn.Usable("buildah", new Version(1, 28, 2))]));

        var diagnostic = error.Diagnostics.Single();
        Assert.Contains("'buildah 1.28.2' cannot honour here-documents", diagnostic.Message);
        Assert.AreEqual(("Dockerfile", 2), (diagnostic.Location!.File, diagnostic.Location.Line));
    }

    [TestMethod]
    public async Task Auto_Cancelled_IsACancellation()
    {
        using var cancel = new CancellationTokenSource(50);

        await Assert.ThrowsAsync<OperationCanceledException>(() => BuilderSelection.SelectAsync(
            new BuilderCatalog([BuilderStandIn.Silent("buildkit")]), SampleBuild.Of(context, Plain, log, []), cancel.Token));
    }

    private async Task<string> SelectAsync(string name, string dockerfile, IReadOnlyList<IImageBuilder> builders, params (string, string)[] properties)
    {
        var build = SampleBuild.Of(context, dockerfile, log, [("ContainerBuilder", name), .. properties]);
        return (await BuilderSelection.SelectAsync(new BuilderCatalog(builders), build, context.CancellationToken)).Capabilities.Name;
    }
}
