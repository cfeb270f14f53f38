using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing.Outputs;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>A function with a Dockerfile of its own that a BuildKit daemon builds; the steps of its Dockerfile can run the static busybox.</summary>
internal sealed class BuildKitFunction
{
    /// <summary>First lines of a Dockerfile whose steps can run commands.</summary>
    public const string WithShell = "FROM scratch\nCOPY busybox /bin/busybox\nCOPY busybox /bin/sh\nENV PATH=/bin\n";

    private readonly TestContext context;
    private readonly Dictionary<string, string> properties;
    private readonly Dictionary<string, IReadOnlyList<RequestItem>> items = new(StringComparer.Ordinal);

    /// <param name="context">The test.</param>
    /// <param name="endpoint">Address of the daemon.</param>
    /// <param name="dockerfile">The Dockerfile.</param>
    public BuildKitFunction(TestContext context, string endpoint, string dockerfile)
    {
        this.context = context;
        Name = "bk-" + Guid.NewGuid().ToString("n");
        Folder = Directory.CreateDirectory(Path.Combine(context.Folder(), Name)).FullName;
        File.Copy("/bin/busybox", Path.Combine(Folder, "busybox"));
        Write("Dockerfile", dockerfile);
        properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["FunctionTemplate"] = "dockerfile",
            ["ContainerBuilder"] = "buildkit",
            ["ContainerBuilderEndpoint"] = endpoint,
            ["ContainerNetwork"] = "none",
            ["OutputPath"] = "bin/out/",
        };
    }

    /// <summary>The function's and the project's name, which no other test has.</summary>
    public string Name { get; }

    /// <summary>Full path of the project's folder.</summary>
    public string Folder { get; }

    public RecordingLog Log { get; private set; } = new();

    /// <summary>All messages of the last publish.</summary>
    public string Messages => string.Join('\n', Log.Messages);

    /// <summary>Environment variables that the publish sees.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Reference at the registry, with the first tag.</summary>
    public string Reference => $"{properties["ContainerRegistry"]}/{Name}:latest";

    public BuildKitFunction Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    public BuildKitFunction Set(string property, string value)
    {
        properties[property] = value;
        return this;
    }

    public BuildKitFunction ToRegistry(string service = "registry") => Set("ContainerRegistry", TestServices.Endpoint(service));

    public BuildKitFunction Add(string item, string include, string? metadata = null, string value = "")
    {
        var data = metadata is null ? [] : new Dictionary<string, string> { [metadata] = value };
        items[item] = [.. items.GetValueOrDefault(item, []), new RequestItem(include, data)];
        return this;
    }

    public BuildKitFunction Remove(string item)
    {
        items.Remove(item);
        return this;
    }

    public Task<ImageMetadata> PublishAsync(CancellationToken? cancellationToken = null)
    {
        Log = new RecordingLog();
        return SingleFunction.PublishAsync(Request(), name => Environment.GetValueOrDefault(name), Log, cancellationToken ?? context.CancellationToken);
    }

    /// <summary>Publishes with a log of the test's own.</summary>
    public Task<ImageMetadata> PublishAsync(IBuildLog log, CancellationToken? cancellationToken = null) =>
        SingleFunction.PublishAsync(Request(), name => Environment.GetValueOrDefault(name), log, cancellationToken ?? context.CancellationToken);

    public BuildRequest Request() => new()
    {
        Version = BuildRequest.CurrentVersion,
        Project = Path.Combine(Folder, Name + ".csproj"),
        ProjectName = Name,
        ProjectDirectory = Folder,
        Shape = "any",
        OutputDirectory = Path.Combine(Folder, "obj", "openfaas"),
        Properties = properties,
        Items = items,
    };

    /// <summary>What skopeo reads of the pushed image.</summary>
    public async Task<string> AtRegistryAsync(string format, string? tag = null) => (await Tool.RunAsync(
        "skopeo", ["inspect", "--tls-verify=false", "--format", format, "docker://" + (tag is null ? Reference : $"{properties["ContainerRegistry"]}/{Name}:{tag}")],
        context.CancellationToken)).Trim();

    /// <summary>The text of a file of the pushed image's last layers.</summary>
    public async Task<string> FileAtRegistryAsync(string path, string tag = "latest") =>
        await File.ReadAllTextAsync(Path.Combine(await UnpackAsync(tag), path), context.CancellationToken);

    /// <summary>Paths of what a folder of the pushed image holds, sorted.</summary>
    public async Task<IReadOnlyList<string>> FilesAtRegistryAsync(string folder = "")
    {
        var root = Path.Combine(await UnpackAsync("latest"), folder);
        return [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path)).Order(StringComparer.Ordinal)];
    }

    // By tar: the classic builder of a containerd store mixes media types, which tools that unpack whole images refuse.
    private async Task<string> UnpackAsync(string tag)
    {
        var folder = Path.Combine(context.Folder(), "unpacked-" + Guid.NewGuid().ToString("n"));
        var root = Directory.CreateDirectory(folder + "-root").FullName;
        await Tool.RunAsync("skopeo", ["copy", "--src-tls-verify=false", $"docker://{properties["ContainerRegistry"]}/{Name}:{tag}", "dir:" + folder], context.CancellationToken);
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json"), context.CancellationToken));
        foreach (var layer in manifest.RootElement.GetProperty("layers").EnumerateArray())
        {
            await Tool.RunAsync("tar", ["-xf", Path.Combine(folder, layer.GetProperty("digest").GetString()!["sha256:".Length..]), "-C", root], context.CancellationToken);
        }

        return root;
    }
}
