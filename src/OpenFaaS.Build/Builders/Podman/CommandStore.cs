using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>What a command does with images that are in its store.</summary>
/// <param name="kind">The command.</param>
/// <param name="tool">How it is run.</param>
/// <param name="build">The build.</param>
/// <param name="authFile">Full path of the file with credentials.</param>
internal sealed class CommandStore(CommandKind kind, BuildTool tool, ImageBuild build, string authFile)
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(30);

    /// <summary>System and architecture of an image.</summary>
    /// <exception cref="DiagnosticException">The command does not say.</exception>
    public async Task<Platform> PlatformAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(kind.PlatformQuestion(id), cancellationToken);
        return Platform.TryParse(answer, out var platform) ? platform : throw ToolBuildDiagnostics.ToolUnusable.With(tool.Program, $"it says '{answer}' of an image's platform").ToException();
    }

    /// <summary>Gives an image in the store a name.</summary>
    /// <exception cref="DiagnosticException">It cannot.</exception>
    public Task TagAsync(string id, ImageReference name, CancellationToken cancellationToken) => AskAsync(["tag", id, name.ToString()], cancellationToken);

    /// <summary>Pushes an image under every name.</summary>
    /// <param name="id">Its id, or the name of a list.</param>
    /// <param name="isList">Whether it is a list of several platforms.</param>
    /// <param name="names">Where to.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Digest of the manifest or index that the registry has: it comes from the push, and is the same for every name.</returns>
    /// <exception cref="DiagnosticException">A push fails, or does not tell its digest.</exception>
    public async Task<Digest> PushAsync(string id, bool isList, IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        (ImageReference Name, Digest Digest)? first = null;
        foreach (var name in names)
        {
            var digest = await PushAsync(id, isList, name, cancellationToken);
            if (first is { } other && other.Digest != digest)
            {
                throw ToolBuildDiagnostics.DigestsDiffer.With(kind.Name, $"{other.Name} is {other.Digest}", $"{name} is {digest}").At(build.Function.Origin).ToException();
            }

            first ??= (name, digest);
        }

        return first!.Value.Digest;
    }

    /// <summary>Copies an image out of the store.</summary>
    /// <exception cref="DiagnosticException">It cannot be copied.</exception>
    public async Task<PlatformImage> ExportAsync(string id, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(build.TemporaryFolder, "image-" + id);
        var output = Output();
        var exit = await tool.RunAsync(kind.Export(id, folder), output, cancellationToken);
        return exit == 0
            ? await ExportedImage.ReadAsync(folder, cancellationToken)
            : throw ToolBuildDiagnostics.ArchiveFailed.With(kind.Name, CommandFailure.Said(output)).At(build.Function.Origin).ToException();
    }

    /// <summary>Makes a list of images under a name of its own, uses it and takes it away again: a name that stays would collect the images of later builds too.</summary>
    public async Task<T> WithListAsync<T>(IReadOnlyList<(Platform Platform, string Id)> images, Func<string, Task<T>> use, CancellationToken cancellationToken)
    {
        var name = $"localhost/openfaas-build:{Guid.NewGuid():N}";
        await AskAsync(["manifest", "create", name], cancellationToken);
        try
        {
            foreach (var (platform, id) in images)
            {
                string[] variant = platform.Variant is { } text ? ["--variant", text] : [];
                await AskAsync(["manifest", "add", "--os", platform.Os, "--arch", platform.Architecture, .. variant, name, "containers-storage:" + id], cancellationToken);
            }

            return await use(name);
        }
        finally
        {
            // Also when the build is cancelled.
            await tool.AskAsync(["manifest", "rm", name], Short, CancellationToken.None);
        }
    }

    private async Task<Digest> PushAsync(string id, bool isList, ImageReference name, CancellationToken cancellationToken)
    {
        var file = Path.Combine(build.TemporaryFolder, $"digest-{Guid.NewGuid():N}");
        var output = Output();
        string[] verb = isList ? ["manifest", "push", "--all"] : ["push"];
        string[] plain = PlainRegistries.Contains(name.Registry, build.Function.Builder) ? ["--tls-verify=false"] : [];
        var exit = await tool.RunAsync([.. verb, "--authfile", authFile, .. plain, "--digestfile", file, id, "docker://" + (name with { Tag = name.Tag ?? "latest" })], output, cancellationToken);
        if (exit != 0)
        {
            throw ToolBuildDiagnostics.PushFailed.With(kind.Name, name, CommandFailure.Said(output)).At(build.Function.Origin).ToException();
        }

        // Remote clients of old versions end well without having written it.
        return File.Exists(file) && Digest.TryParse((await File.ReadAllTextAsync(file, cancellationToken)).Trim(), out var digest)
            ? digest
            : throw ToolBuildDiagnostics.NoDigest.With(kind.Name, name).At(build.Function.Origin).ToException();
    }

    private async Task<string> AskAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await tool.AskAsync(arguments, Short, cancellationToken);
        return result.ExitCode == 0
            ? result.Output.Trim()
            : throw ToolBuildDiagnostics.ToolUnusable.With(tool.Program, $"{arguments[0]}: {SafeText.Neutralize(result.Error).TrimEnd('.')} (exit code {result.ExitCode})").At(build.Function.Origin).ToException();
    }

    private ToolOutput Output() => new(build.Function.Builder.Progress, build.Log, _ => null);
}
