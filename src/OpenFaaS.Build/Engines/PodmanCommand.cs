using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines;

/// <summary>Podman without a service: its command does the work.</summary>
/// <param name="program">Full path of <c>podman</c>.</param>
internal sealed class PodmanCommand(string program) : ILocalEngine
{
    private readonly EngineProgram podman = new(program);

    public string Name => "podman";

    /// <summary>Whether the command works.</summary>
    /// <exception cref="EngineFailedException">It does not.</exception>
    public Task PingAsync(CancellationToken cancellationToken) => podman.AskAsync(["version", "--format", "{{.Client.Version}}"], cancellationToken);

    public async Task<string?> FindImageAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await FindIdAsync(reference.ToString(), cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw EngineDiagnostics.EngineQuestionFailed.With(Name, reference, e.Message).ToException(e);
        }
    }

    public async Task<string> LoadAsync(BuiltImage image, IReadOnlyList<ImageReference> names, ImageArchiveWriter archive, CancellationToken cancellationToken)
    {
        try
        {
            var result = await podman.RunAsync(["load", "--quiet"], EngineProgram.Load, (stream, token) => archive.WriteAsync(image, stream, token), cancellationToken);
            EngineProgram.EnsureSuccess(result);
            return await LoadedImage.EnsureAsync(image, names, FindIdAsync, cancellationToken);
        }
        catch (EngineFailedException e)
        {
            throw EngineDiagnostics.EngineRefused.With(Name, e.Message).ToException(e);
        }
    }

    private async Task<string?> FindIdAsync(string name, CancellationToken cancellationToken)
    {
        // `exists` ends with 1 for "no" and with 125 for "cannot tell".
        var exists = await podman.RunAsync(["image", "exists", "--", name], EngineProgram.Question, null, cancellationToken);
        if (exists.ExitCode == 1)
        {
            return null;
        }

        EngineProgram.EnsureSuccess(exists);
        var id = (await podman.AskAsync(["image", "inspect", "--format", "{{.Id}}", "--", name], cancellationToken)).Trim();
        return id.StartsWith("sha256:", StringComparison.Ordinal) ? id : "sha256:" + id;
    }
}
