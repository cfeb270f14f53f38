using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.ContentStores;

/// <summary>Builds by the engine's own command line, each of a content of its own.</summary>
internal static class EngineBuild
{
    /// <summary>Runs <c>buildx build</c> on a small Dockerfile without base image.</summary>
    /// <param name="folder">Receives the context.</param>
    /// <param name="arguments">What is asked for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task RunAsync(string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var context = Directory.CreateDirectory(Path.Combine(folder, "context")).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), "FROM scratch\nCOPY hello /hello\nCOPY hello /again\nCMD [\"/hello\"]\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(context, "hello"), Guid.NewGuid().ToString(), cancellationToken);
        await Tool.RunAsync(TestServices.Fact("docker26", "CLI"), ["buildx", "build", "--network", "none", .. arguments, context], cancellationToken);
    }

    /// <summary>Builds several platforms where there is more than one.</summary>
    public static IReadOnlyList<string> Platforms(int count) => ["--platform", string.Join(',', new[] { Platform.LinuxHost.ToString(), "linux/arm/v7" }.Take(count))];
}
