namespace OpenFaaS.Build.Integration.Tests.Engines.Containerd;

/// <summary>A namespace of the real containerd below the Docker Engine of Debian 13; images of the test are removed with it.</summary>
internal sealed class ContainerdNamespace(string name) : IAsyncDisposable
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Full path of containerd's socket.</summary>
    public static string Address => TestServices.Fact("docker26", "CONTAINERD");

    /// <summary>Folder of <c>ctr</c>.</summary>
    public static string ToolFolder => Path.GetDirectoryName(TestServices.Fact("docker26", "CTR"))!;

    /// <summary>A namespace that nothing else uses.</summary>
    public static ContainerdNamespace Create() => new("ofb-" + Guid.NewGuid().ToString("n")[..12]);

    /// <summary>Runs <c>ctr</c> in it.</summary>
    public Task<string> CtrAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Tool.RunAsync(TestServices.Fact("docker26", "CTR"), ["--address", Address, "--namespace", name, .. arguments], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        var images = (await CtrAsync(["images", "ls", "-q"], CancellationToken.None)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (images.Length > 0)
        {
            await CtrAsync(["images", "rm", "--sync", .. images], CancellationToken.None);
        }
    }
}
