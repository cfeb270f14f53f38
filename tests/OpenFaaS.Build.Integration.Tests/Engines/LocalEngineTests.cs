using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Integration.Tests.Engines;

/// <summary>Loading into real engines: Docker with both image stores, Podman as a service and as a command.</summary>
[TestClass]
public sealed class LocalEngineTests(TestContext context)
{
    private static readonly string Host = Platform.LinuxHost.Architecture;
    private static readonly string Other = Host == "arm64" ? "amd64" : "arm64";

    [TestMethod, RequiresService("docker")]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    public Task Load_Docker(int tags, int platforms) => LoadAsync("docker", "docker", ("DOCKER_HOST", "docker"), tags, platforms);

    [TestMethod, RequiresService("docker26")]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    public Task Load_DockerWithContainerdStore(int tags, int platforms) => LoadAsync("docker", "docker26", ("DOCKER_HOST", "docker26"), tags, platforms);

    [TestMethod, RequiresService("podman")]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    public Task Load_PodmanService(int tags, int platforms) => LoadAsync("podman", "podman", ("CONTAINER_HOST", "podman"), tags, platforms);

    [TestMethod, RequiresService("podman")]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    public Task Load_PodmanBehindDockerHost(int tags, int platforms) => LoadAsync("docker", "podman", ("DOCKER_HOST", "podman"), tags, platforms);

    [TestMethod, RequiresService("podman")]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    public async Task Load_PodmanCommand(int tags, int platforms) =>
        await LoadAsync(new PodmanCommand(TestServices.Fact("podman", "CLI")), "podman", tags, platforms);

    [TestMethod, RequiresService("docker"), RequiresService("podman")]
    public async Task Find_BothAnswer_IsDocker()
    {
        var engine = await EngineLocator.FindAsync(
            null, name => name switch { "DOCKER_HOST" => TestServices.Endpoint("docker"), "CONTAINER_HOST" => TestServices.Endpoint("podman"), _ => null }, context.CancellationToken);

        Assert.AreEqual("docker", engine?.Name);
    }

    [TestMethod, RequiresService("docker")]
    public async Task Find_PodmanWantedWhereDockerAnswers_IsACodedError()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => FindAsync("podman", ("CONTAINER_HOST", "docker")));

        Assert.AreEqual("OFB2301", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("it is not Podman", failure.Diagnostics[0].Message);
    }

    [TestMethod, RequiresService("docker"), RequiresService("podman")]
    [DataRow("docker")]
    [DataRow("podman")]
    [DataRow("command")]
    public async Task Load_DamagedLayer_IsTheEnginesErrorAndLeavesNoName(string kind)
    {
        var engine = await EngineAsync(kind);
        var name = Name("damaged");
        var image = await TestImage.BuildAsync(context.Folder(), "damaged", context.CancellationToken);
        var writer = new ImageArchiveWriter([name], (layer, _) => Task.FromResult<Stream>(new MemoryStream(new byte[layer.Descriptor.Size])), 0);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => engine.LoadAsync(image, [name], writer, context.CancellationToken));

        Assert.AreEqual("OFB2302", failure.Diagnostics[0].Descriptor.Code);
        Assert.IsNull(await engine.FindImageAsync(name, context.CancellationToken));
    }

    [TestMethod, RequiresService("docker")]
    public async Task Load_ZstdIntoOldDocker_SaysWhatIsWrong()
    {
        var engine = await EngineAsync("docker");
        var name = Name("zstd");
        var image = await TestImage.BuildAsync(context.Folder(), Guid.NewGuid().ToString(), context.CancellationToken, "zstd");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => engine.LoadAsync(image, [name], TestImage.Writer(name), context.CancellationToken));

        Assert.AreEqual("OFB2302", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("ContainerCompression", failure.Diagnostics[0].Message);
    }

    [TestMethod, RequiresService("docker"), RequiresService("podman")]
    [DataRow("docker")]
    [DataRow("podman")]
    [DataRow("command")]
    public async Task Load_BlobCannotBeRead_IsTheBlobsErrorAndLeavesNoName(string kind)
    {
        var engine = await EngineAsync(kind);
        var name = Name("unreadable");
        var image = await TestImage.BuildAsync(context.Folder(), "unreadable", context.CancellationToken);
        var writer = new ImageArchiveWriter([name], (_, _) => throw LayerDiagnostics.FileChanged.With("x", "it shrank").ToException(), 0);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => engine.LoadAsync(image, [name], writer, context.CancellationToken));

        Assert.AreEqual("OFB4001", failure.Diagnostics[0].Descriptor.Code);
        Assert.IsNull(await engine.FindImageAsync(name, context.CancellationToken));
    }

    [TestMethod, RequiresService("docker"), RequiresService("podman")]
    [DataRow("docker")]
    [DataRow("podman")]
    [DataRow("command")]
    public async Task Load_Cancelled_LeavesNoName(string kind)
    {
        var engine = await EngineAsync(kind);
        var name = Name("cancelled");
        var image = await TestImage.BuildAsync(context.Folder(), "cancelled", context.CancellationToken);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var writer = new ImageArchiveWriter(
            [name],
            async (_, token) =>
            {
                await cancel.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
                return Stream.Null;
            },
            0);

        await Assert.ThrowsAsync<OperationCanceledException>(() => engine.LoadAsync(image, [name], writer, cancel.Token));

        Assert.IsNull(await engine.FindImageAsync(name, context.CancellationToken));
    }

    private static ImageReference Name(string kind, string tag = "v1") =>
        new(ImageReference.DockerHub, $"library/{kind}-{Guid.NewGuid():n}", tag, null);

    private async Task LoadAsync(string wanted, string service, (string, string) place, int tags, int platforms) =>
        await LoadAsync(await FindAsync(wanted, place), service, tags, platforms);

    private async Task LoadAsync(ILocalEngine engine, string service, int tags, int platforms)
    {
        var text = Guid.NewGuid().ToString();
        var image = await TestImage.BuildAsync(context.Folder(), text, context.CancellationToken, architectures: platforms == 1 ? [Host] : [Other, Host]);
        var first = Name("loaded");
        ImageReference[] names = [.. new[] { first, first with { Tag = "latest" } }.Take(tags)];

        Assert.IsNull(await engine.FindImageAsync(first, context.CancellationToken));
        var id = await engine.LoadAsync(image, names, TestImage.Writer(names), context.CancellationToken);

        foreach (var name in names)
        {
            Assert.AreEqual(id, await engine.FindImageAsync(name, context.CancellationToken));
            Assert.AreEqual($"{text} {Host}", await ReadAsync(TestServices.Fact(service, "CLI"), name));
        }
    }

    private async Task<string> ReadAsync(string cli, ImageReference name)
    {
        var container = (await Tool.RunAsync(cli, ["create", "--network", "none", name.ToString()], context.CancellationToken)).Trim();
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), container)).FullName;
        await Tool.RunAsync(cli, ["cp", container + ":/hello/architecture", folder], context.CancellationToken);
        await Tool.RunAsync(cli, ["rm", container], context.CancellationToken);
        return await File.ReadAllTextAsync(Path.Combine(folder, "architecture"), context.CancellationToken);
    }

    private Task<ILocalEngine> EngineAsync(string kind) => kind switch
    {
        "docker" => FindAsync("docker", ("DOCKER_HOST", "docker")),
        "podman" => FindAsync("podman", ("CONTAINER_HOST", "podman")),
        _ => Task.FromResult<ILocalEngine>(new PodmanCommand(TestServices.Fact("podman", "CLI"))),
    };

    private async Task<ILocalEngine> FindAsync(string wanted, (string Variable, string Service) place) =>
        await EngineLocator.FindAsync(wanted, name => name == place.Variable ? TestServices.Endpoint(place.Service) : null, context.CancellationToken)
        ?? throw new InvalidOperationException("No engine was found.");
}
