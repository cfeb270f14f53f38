using System.Security.Cryptography;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>A function with a large file, one phase of whose build can be met in its middle; and all that there is around it before and after.</summary>
internal sealed class ExportScene : IAsyncDisposable
{
    private const int Large = 12 << 20;
    private const int Middle = 3 << 20;

    // The connection's first words, and the first of the calls on it.
    private const int Opening = 300;

    private readonly TestContext context;
    private readonly string phase;
    private readonly string root;
    private readonly BuildKitBridge registry = BuildKitBridge.ToRegistry(TestServices.Endpoint("registry"));

    /// <param name="context">The test.</param>
    /// <param name="engine">The engine's socket.</param>
    /// <param name="phase">One of <see cref="Phases"/>.</param>
    public ExportScene(TestContext context, string engine, string phase)
    {
        (this.context, this.phase) = (context, phase);
        Daemon = BuildKitBridge.OnUnix(engine);
        root = Directory.CreateDirectory(Path.Combine(context.Folder(), Guid.NewGuid().ToString("n"))).FullName;
        Function = new BuildKitFunction(context, Daemon.Address, "FROM scratch\nCOPY large.bin /\n").Set("ContainerRegistry", registry.Address["tcp://".Length..]);
        Directory.CreateDirectory(Temporary);
        _ = phase switch
        {
            "archive" => Function.Add("ContainerOutput", $"type=oci,\"dest={Outputs}/image.tar\""),
            "folder" => Function.Add("ContainerOutput", $"type=local,\"dest={Outputs}/files\""),
            "cache" => Function.Add("ContainerCacheTo", $"type=local,\"dest={Outputs}/cache\",mode=max"),
            _ => Function,
        };
        Change(1);
    }

    /// <summary>The opening of connection and session; the transfer of the context; an archive, a folder and a cache on their way here; the push.</summary>
    public static IReadOnlyList<string> Phases { get; } = ["opening", "context", "archive", "folder", "cache", "push"];

    /// <summary>Whether no step has run by then, so that a lost daemon may be tried once more.</summary>
    public bool MayBeTriedAgain => phase is "opening" or "context";

    public BuildKitFunction Function { get; }

    /// <summary>The way to the daemon.</summary>
    public BuildKitBridge Daemon { get; }

    /// <summary>Temporary folder of the workers.</summary>
    public string Temporary => Path.Combine(root, "temporary");

    private string Outputs => Path.Combine(root, "outputs");

    /// <summary>Gives the function's large file another content.</summary>
    public void Change(int size = Large) => File.WriteAllBytes(Path.Combine(Function.Folder, "large.bin"), RandomNumberGenerator.GetBytes(size));

    /// <summary>Does something in the middle of the phase.</summary>
    public void InTheMiddle(Action act)
    {
        switch (phase)
        {
            case "opening":
                Daemon.WhenSent(Opening, act);
                break;
            case "context":
                Daemon.WhenSent(Middle, act);
                break;
            case "push":
                registry.WhenSent(Middle, act);
                break;
            default:
                Daemon.WhenReceived(Middle, act);
                break;
        }
    }

    /// <summary>Starts a worker.</summary>
    public WorkerProcess Start() => WorkerProcess.Start(Function.Request(), Path.Combine(root, "requests"), Temporary);

    /// <summary>Publishes with a worker, which succeeds.</summary>
    public async Task PublishAsync()
    {
        using var worker = Start();
        Assert.AreEqual(0, await worker.EndAsync(context.CancellationToken), worker.Said);
    }

    /// <summary>
    /// What a failed publish must not have changed: what it gives, its temporary folder, the image's tag. Whole blobs of a cache may stay, since
    /// they hold what their name says; the daemon has pushed the image before it gives the cache.
    /// </summary>
    public async Task<string> StateAsync() => string.Join('\n', (string[])
    [
        .. FolderSnapshot.Of(Outputs).Where(line => !line.StartsWith("cache/blobs/sha256/", StringComparison.Ordinal) || !IsWhole(line)),
        .. FolderSnapshot.Of(Temporary),
        .. FolderSnapshot.Of(Path.Combine(Function.Folder, "obj")),
        phase == "cache" ? "" : await Function.AtRegistryAsync("{{.Digest}}"),
    ]);

    /// <summary>Processes that a worker has started, which live on.</summary>
    public IReadOnlyList<int> Processes => [.. ProcessTable.Naming(Temporary), .. ProcessTable.In("TMPDIR=" + Temporary)];

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        await registry.DisposeAsync();
    }

    private static bool IsWhole(string line) => line.Split(' ') is [var path, var hash] && Path.GetFileName(path) == hash;
}
