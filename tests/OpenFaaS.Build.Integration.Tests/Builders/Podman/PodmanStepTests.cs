using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.Builders.Contract;

namespace OpenFaaS.Build.Integration.Tests.Builders.Podman;

/// <summary>What steps get of Podman and Buildah, and what is left of one that fails.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("podman"), RequiresService("buildah"), RequiresService("tools")]
public sealed class PodmanStepTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_FailingStep_NamesItsLineAndLeavesNoContainer(string engine)
    {
        var below = PodmanEngine.Function(context, engine, Unique()).ToRegistry();
        await below.PublishAsync();
        var function = PodmanEngine.Function(context, engine, $"FROM {below.Reference}\nENV A=b\nRUN echo why  && \\\n  exit 125\n").ToRegistry();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        var diagnostic = failure.Diagnostics.Single();
        Assert.AreEqual(("OFB2602", 3), (diagnostic.Descriptor.Code, diagnostic.Location!.Line), diagnostic.Message);
        Assert.Contains("exit code 125", diagnostic.Message);
        Assert.Contains("why", diagnostic.Message);
        Assert.IsFalse(await HasContainerAsync(engine, below.Name));
    }

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_Cancelled_LeavesNoContainer(string engine)
    {
        var below = PodmanEngine.Function(context, engine, Unique()).ToRegistry();
        await below.PublishAsync();
        var step = new StepProcess();
        var function = PodmanEngine.Function(context, engine, $"FROM {below.Reference}\n{step.Instruction}").ToRegistry();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var publish = function.PublishAsync(cancel.Token);
        await Task.WhenAny(publish, step.UntilAsync(isRunning: true, TimeSpan.FromSeconds(60), context.CancellationToken));

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => publish);
        await step.UntilAsync(isRunning: false, TimeSpan.FromSeconds(15), context.CancellationToken);
        for (var wait = 0; wait < 50 && await HasContainerAsync(engine, below.Name); wait++)
        {
            await Task.Delay(200, context.CancellationToken);
        }

        Assert.IsFalse(await HasContainerAsync(engine, below.Name));
    }

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_FileThatIsNotThere_SaysWhichOne(string engine)
    {
        var function = PodmanEngine.Function(context, engine, "FROM scratch\n\nCOPY nowhere.txt /\n").ToRegistry();

        var diagnostic = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual(("OFB5417", 3), (diagnostic.Descriptor.Code, diagnostic.Location!.Line), diagnostic.Message);
        Assert.Contains("nowhere.txt", diagnostic.Message);
    }

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_HostsAndLimits_ReachTheStep(string engine)
    {
        var function = PodmanEngine.Function(context, engine, Shell + "RUN cat /etc/hosts > /hosts && ulimit -n > /files\n").ToRegistry()
            .Set("ContainerNetwork", "host").Add("ContainerAddHost", "known:10.1.2.3").Add("ContainerUlimit", "nofile=100:200");

        await function.PublishAsync();

        Assert.Contains("10.1.2.3\tknown", await function.FileAtRegistryAsync("hosts"));
        Assert.AreEqual("100\n", await function.FileAtRegistryAsync("files"));
    }

    [TestMethod]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_NamedContexts_AreFoldersAndImages(string engine)
    {
        var below = PodmanEngine.Function(context, engine, "FROM scratch\nCOPY a /from-image\n").ToRegistry().Write("a", "image");
        await below.PublishAsync();
        var function = PodmanEngine.Function(context, engine, "FROM scratch\nCOPY --from=files f /f\nCOPY --from=image from-image /i\n").ToRegistry()
            .Write("other/f", "folder").Write(".dockerignore", "other\n")
            .Add("ContainerBuildContext", "files", "Source", "other").Add("ContainerBuildContext", "image", "Source", "docker-image://" + below.Reference);

        await function.PublishAsync();

        Assert.AreEqual("folder", await function.FileAtRegistryAsync("f"));
        Assert.AreEqual("image", await function.FileAtRegistryAsync("i"));
    }

    [TestMethod]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_RegistryCache_IsWrittenToItsRepository(string engine)
    {
        var dockerfile = Shell + $"ENV THIS={Guid.NewGuid():n}\nRUN echo x > /x\n";
        var function = PodmanEngine.Function(context, engine, dockerfile).ToRegistry();
        var cache = $"{TestServices.Endpoint("registry")}/{function.Name}/cache";
        function.Add("ContainerCacheTo", $"type=registry,ref={cache}:ignored,mode=max").Add("ContainerCacheFrom", cache);

        await function.PublishAsync();

        var tags = System.Text.Json.Nodes.JsonNode.Parse(await Tool.RunAsync("skopeo", ["list-tags", "--tls-verify=false", "docker://" + cache], context.CancellationToken))!["Tags"]!.AsArray();
        Assert.IsNotEmpty(tags);

        // Read again: what is there is not written a second time.
        function.Set("FunctionForce", "true");
        await function.PublishAsync();
        Assert.AreEqual("x\n", await function.FileAtRegistryAsync("x"));
    }

    [TestMethod]
    [DataRow(PodmanEngine.Service)]
    [DataRow(PodmanEngine.Command)]
    [DataRow(PodmanEngine.Buildah)]
    public async Task Publish_NeverPull_TakesNothingFromARegistry(string engine)
    {
        var below = new BuildKitFunction(context, "", "FROM scratch\nCOPY busybox /busybox\n").ToRegistry().Set("ContainerBuilder", "embedded").Set("ContainerNetwork", "");
        await below.PublishAsync();
        var function = PodmanEngine.Function(context, engine, $"FROM {below.Reference}\nCOPY busybox /again\n").ToRegistry().Set("ContainerPull", "never");

        var diagnostic = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2604", diagnostic.Descriptor.Code, diagnostic.Message);
        Assert.Contains(below.Name, diagnostic.Message);
    }

    [TestMethod]
    public async Task Publish_ServiceAndInputOfTheCommand_IsRefusedBeforeAnythingStarts()
    {
        var function = PodmanEngine.Function(context, PodmanEngine.Service, Shell).ToRegistry().Set("BuildahIsolation", "chroot");

        var diagnostic = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2002", diagnostic.Descriptor.Code);
        Assert.Contains("BuildahIsolation", diagnostic.Message);
    }

    [TestMethod]
    public async Task Publish_Isolation_IsTheOneAskedFor()
    {
        var function = PodmanEngine.Function(context, PodmanEngine.Buildah, Shell + "RUN true\n").ToRegistry()
            .Set("ContainerNetwork", "host").Set("BuildahIsolation", "chroot").Set("BuildahRuntime", "/no/such/runtime");

        await function.PublishAsync();

        function.Set("BuildahIsolation", "oci").Set("ContainerNoCache", "true");
        Assert.Contains("/no/such/runtime", (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Message);
    }

    // Engines list containers by one of the names of their image, and equal images are one.
    private static string Unique() => Shell + $"ENV THIS={Guid.NewGuid():n}\n";

    private async Task<bool> HasContainerAsync(string engine, string name) =>
        (await PodmanEngine.ContainersAsync(engine, context.CancellationToken)).Contains(name, StringComparison.Ordinal);
}
