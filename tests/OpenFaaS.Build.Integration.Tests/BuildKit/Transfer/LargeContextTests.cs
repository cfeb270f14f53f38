using OpenFaaS.Build.Integration.Tests.BuildKit.Faults;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Transfer;

/// <summary>A large context goes through a worker of its own to a real engine, and the same folder through the engine's own command line.</summary>
[TestClass, RequiresService("docker26")]
public sealed class LargeContextTests(TestContext context)
{
    private const int Files = 20_000, FewFiles = 500;
    private const long LargeFile = 2L << 30, SmallFile = 20 << 20;
    private const long MemoryLimit = 250_000_000;

    [TestMethod]
    public Task Build_PreservedContext_IsTheImageOfTheEngineItself() =>
        CompareAsync(new Engine(TestServices.Endpoint("docker26"), TestServices.Fact("docker26", "CLI")), FewFiles, SmallFile);

    [TestMethod]
    [TestCategory("slow")]
    [DoNotParallelize]
    public Task Build_LargePreservedContext_IsTheImageOfTheEngineItselfInLittleMemory() => OnPrivateEngineAsync(engine => CompareAsync(engine, Files, LargeFile));

    [TestMethod]
    [TestCategory("slow")]
    [DoNotParallelize]
    public Task Build_LargeNormalizedContext_NeedsLittleMemory() => OnPrivateEngineAsync(engine => InImageAsync(engine, async (folder, name) =>
    {
        await LargeContext.WriteAsync(folder, Files, LargeFile, context.CancellationToken);

        await BuildAsync(engine, folder, name, "normalize");
    }));

    private Task CompareAsync(Engine engine, int files, long largeFile) => InImageAsync(engine, (folder, name) => InImageAsync(engine, async (_, other) =>
    {
        await LargeContext.WriteAsync(folder, files, largeFile, context.CancellationToken);

        await BuildAsync(engine, folder, name, "preserve");

        // Without its cache, which knows by content what was built just now.
        string[] arguments = ["build", "--no-cache", "--network", "none", "--provenance=false", "-q", "-t", other, folder];
        await Tool.RunAsync(engine.CommandLine, arguments, context.CancellationToken);
        var layers = await LayersAsync(engine, other);
        Assert.StartsWith("[\"sha256:", layers);
        Assert.AreEqual(layers, await LayersAsync(engine, name));
    }));

    // An engine keeps what was sent to it, several times the context, until its own folder is removed.
    private async Task OnPrivateEngineAsync(Func<Engine, Task> test)
    {
        await using var engine = await PrivateEngine.StartAsync(context.CancellationToken);
        await test(new Engine(engine.Address, engine.CommandLine));
    }

    private async Task BuildAsync(Engine engine, string folder, string name, string mode)
    {
        var root = Directory.CreateDirectory(Path.Combine(context.Folder(), "project")).FullName;
        var request = new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = Path.Combine(root, name + ".csproj"),
            ProjectName = name,
            ProjectDirectory = root,
            Shape = "any",
            OutputDirectory = Path.Combine(root, "obj") + Path.DirectorySeparatorChar,
            Properties = new Dictionary<string, string>
            {
                ["FunctionTemplate"] = "dockerfile",
                ["FunctionHandler"] = folder,
                ["FunctionFileMode"] = mode,
                ["ContainerBuilder"] = "buildkit",
                ["ContainerBuilderEndpoint"] = engine.Address,
                ["ContainerNetwork"] = "none",
                ["LocalRegistry"] = "Docker",
                ["OutputPath"] = "bin/",
            },
        };
        var peak = await PackedWorker.PeakMemoryAsync(request, root, [new("DOCKER_HOST", engine.Address)], context.CancellationToken);
        context.WriteLine($"Peak memory of the worker: {peak / 1_000_000} MB");
        Assert.IsGreaterThan(0, peak);
        Assert.IsLessThan(MemoryLimit, peak);
    }

    /// <summary>What the engine says about the layers: the digests of their archives, in which names, kinds, modes, owners, links, times and contents are.</summary>
    private Task<string> LayersAsync(Engine engine, string name) =>
        Tool.RunAsync(engine.CommandLine, ["image", "inspect", "--format", "{{json .RootFS.Layers}}", name], context.CancellationToken);

    private async Task InImageAsync(Engine engine, Func<string, string, Task> test)
    {
        var name = "large-" + Guid.NewGuid().ToString("n");
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), name)).FullName;
        try
        {
            await test(folder, name);
        }
        finally
        {
            // Gigabytes are not kept, also where the test fails.
            Directory.Delete(folder, recursive: true);
            await Tool.RunAsync(engine.CommandLine, ["image", "rm", "-f", name], CancellationToken.None);
        }
    }

    /// <summary>An engine.</summary>
    /// <param name="Address">Its socket.</param>
    /// <param name="CommandLine">Path of a <c>docker</c> command that talks to it.</param>
    private sealed record Engine(string Address, string CommandLine);
}
