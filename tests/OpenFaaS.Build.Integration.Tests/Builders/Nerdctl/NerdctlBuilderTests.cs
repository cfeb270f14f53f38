using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.Engines.Containerd;

namespace OpenFaaS.Build.Integration.Tests.Builders.Nerdctl;

/// <summary>What <c>nerdctl</c> is told, and where its images go. The command is a stand-in.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class NerdctlBuilderTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;

    [TestMethod]
    public async Task Publish_EveryInput_IsToldAndTheDigestIsTheRegistrys()
    {
        var tool = await CreateAsync();
        var function = Function(tool, Shell + "RUN echo made > /made\n").ToRegistry()
            .Set("ContainerdAddress", "unix:///run/k3s/containerd/containerd.sock").Set("ContainerdNamespace", "k8s.io")
            .Set("ContainerBuilderEndpoint", "unix:///run/buildkit/own.sock").Set("ContainerPull", "always").Set("ContainerImageTags", "one;two")
            .Add("ContainerAddHost", "db=10.0.0.1");

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}", "one"), image.Digest);
        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}", "two"), image.Digest);
        Assert.AreNotEqual(image.ConfigDigest, image.Digest);
        Assert.Contains("--address\n/run/k3s/containerd/containerd.sock\n--namespace\nk8s.io\nbuild\n--progress\nplain\n--buildkit-host\nunix:///run/buildkit/own.sock\n", tool.Calls);
        Assert.Contains("--build-arg\nSOURCE_DATE_EPOCH=0\n--pull\n--network\nnone\n--add-host\ndb:10.0.0.1\n", tool.Calls);
        Assert.DoesNotContain("--tag", tool.Calls);
        Assert.IsEmpty(function.Log.Diagnostics.Where(diagnostic => diagnostic.Descriptor.Code == "OFB2620").ToList());
    }

    [TestMethod]
    public async Task Publish_SeveralPlatformsWithProvenance_IsAnIndexWithAllOfIt()
    {
        var tool = await CreateAsync();
        var function = Function(tool, "FROM scratch\nCOPY busybox /b\n").ToRegistry().Set("ContainerPlatforms", "linux/amd64;linux/arm64").Set("ContainerProvenance", "true");

        var image = await function.PublishAsync();

        Assert.AreEqual("application/vnd.oci.image.index.v1+json", image.MediaType);
        CollectionAssert.AreEqual(new[] { "linux/amd64", "linux/arm64" }, image.Platforms.ToArray());
        Assert.Contains("attestation-manifest", await Tool.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", "docker://" + function.Reference], context.CancellationToken));
    }

    [TestMethod]
    public async Task Publish_IntoContainerd_RunsFromItsNamespace()
    {
        await using var space = ContainerdNamespace.Create();
        var tool = await CreateAsync();
        var function = Function(tool, Shell + "RUN echo built by nerdctl > /said\nCMD [\"/bin/busybox\", \"cat\", \"/said\"]\n")
            .Set("LocalRegistry", "Containerd").Set("ContainerdAddress", ContainerdNamespace.Address).Set("ContainerdNamespace", space.Name);
        function.Environment["PATH"] = ContainerdNamespace.ToolFolder;

        await function.PublishAsync();

        Assert.AreEqual(
            "built by nerdctl",
            (await space.CtrAsync(["run", "--rm", $"docker.io/library/{function.Name}:latest", "run-" + Guid.NewGuid().ToString("n")[..12]], context.CancellationToken)).Trim());
    }

    [TestMethod]
    public async Task Publish_VersionThatWantsToLoadItsArchive_IsACodedErrorBeforeTheBuild()
    {
        var tool = await CreateAsync("STANDIN_VERSION=1.7.7");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Function(tool, Shell).ToRegistry().PublishAsync());

        Assert.AreEqual("OFB2622", failure.Diagnostics.Single().Descriptor.Code);
        Assert.AreEqual("--version\n", tool.Calls);
    }

    [TestMethod]
    public async Task Publish_VersionWithoutAddHost_NamesTheInput()
    {
        var tool = await CreateAsync("STANDIN_VERSION=2.0.2");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Function(tool, Shell).ToRegistry().Add("ContainerAddHost", "db=10.0.0.1").PublishAsync());

        Assert.AreEqual("OFB2002", failure.Diagnostics.Single().Descriptor.Code);
        Assert.Contains("ContainerAddHost", failure.Message);
    }

    [TestMethod]
    public async Task Publish_FailingStep_HasCodeLinesAndPlace()
    {
        var tool = await CreateAsync();
        var function = Function(tool, Shell + $"RUN echo the-reason && : {Guid.NewGuid():n} && exit 7\n").ToRegistry();

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2602", failure.Descriptor.Code);
        Assert.Contains("exit code 7. Its last output: the-reason.", failure.Message);
        Assert.AreEqual(5, failure.Location?.Line);
    }

    [TestMethod]
    public async Task Publish_MistakeInTheDockerfile_IsAtItsLine()
    {
        var tool = await CreateAsync();
        var function = Function(tool, Shell + "HEALTHCHECK --never=1 CMD true\n").ToRegistry();

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual(5, failure.Location?.Line);
    }

    private Task<StandInTool> CreateAsync(string settings = "") => StandInTool.CreateAsync(Path.Combine(context.Folder(), "nerdctl"), "nerdctl", settings);

    private BuildKitFunction Function(StandInTool tool, string dockerfile) =>
        new BuildKitFunction(context, "", dockerfile).Set("ContainerBuilder", "nerdctl").Set("NerdctlCommand", tool.Command);
}
