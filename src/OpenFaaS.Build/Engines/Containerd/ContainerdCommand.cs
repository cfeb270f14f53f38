using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines.Containerd;

/// <summary>One namespace of a containerd with no engine above it, as on hosts of faasd or k3s: a command-line client does the work.</summary>
/// <param name="program">The client.</param>
/// <param name="tool">Its arguments.</param>
/// <param name="address">Full path of containerd's socket; null leaves it to the client.</param>
/// <param name="space">The namespace.</param>
internal sealed class ContainerdCommand(EngineProgram program, IContainerdTool tool, string? address, string space) : ILocalEngine
{
    public string Name => "containerd";

    /// <summary>Whether containerd answers.</summary>
    /// <exception cref="EngineFailedException">It does not.</exception>
    public Task PingAsync(CancellationToken cancellationToken) => program.AskAsync(Arguments(tool.Ping), cancellationToken);

    public async Task<string?> FindImageAsync(ImageReference name, CancellationToken cancellationToken)
    {
        try
        {
            return await FindDigestAsync(name.ToString(), cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw EngineDiagnostics.EngineQuestionFailed.With(Name, name, e.Message).ToException(e);
        }
    }

    public async Task<string> LoadAsync(BuiltImage image, IReadOnlyList<ImageReference> names, ImageArchiveWriter archive, CancellationToken cancellationToken)
    {
        try
        {
            var result = await program.RunAsync(Arguments(tool.Load), EngineProgram.Load, (stream, token) => archive.WriteAsync(image, stream, token), cancellationToken);
            if (result.ExitCode != 0)
            {
                await RemoveAsync(image.Descriptor.Digest, names, cancellationToken);
            }

            EngineProgram.EnsureSuccess(result);
            return await LoadedImage.EnsureAsync(image, names, FindDigestAsync, cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw EngineDiagnostics.EngineRefused.With(Name, $"{e.Message} (namespace {space})").ToException(e);
        }
    }

    // The client names an image before it unpacks it: one that cannot be unpacked would be there, and no container could start from it.
    private async Task RemoveAsync(Digest digest, IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        foreach (var name in names.Select(name => name.ToString()))
        {
            if (await FindDigestAsync(name, cancellationToken) == digest.ToString())
            {
                await program.AskAsync(Arguments(tool.Remove(name)), cancellationToken);
            }
        }
    }

    private async Task<string?> FindDigestAsync(string name, CancellationToken cancellationToken) =>
        tool.DigestIn(await program.AskAsync(Arguments(tool.Find(name)), cancellationToken), name);

    private string[] Arguments(IReadOnlyList<string> command) =>
        address is null ? ["--namespace", space, .. command] : ["--address", address, "--namespace", space, .. command];
}
