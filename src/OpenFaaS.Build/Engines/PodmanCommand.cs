using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Processes;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Engines;

/// <summary>Podman without a service: its command does the work.</summary>
/// <param name="program">Full path of <c>podman</c>.</param>
internal sealed class PodmanCommand(string program) : ILocalEngine
{
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(30);

    public string Name => "podman";

    /// <summary>Whether the command works.</summary>
    /// <exception cref="EngineFailedException">It does not.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        var result = await RunAsync(["version", "--format", "{{.Client.Version}}"], QuestionTimeout, null, cancellationToken);
        EnsureSuccess(result);
    }

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
            var result = await RunAsync(["load", "--quiet"], LoadTimeout, (stream, token) => archive.WriteAsync(image, stream, token), cancellationToken);
            EnsureSuccess(result);
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
        var exists = await RunAsync(["image", "exists", "--", name], QuestionTimeout, null, cancellationToken);
        if (exists.ExitCode == 1)
        {
            return null;
        }

        EnsureSuccess(exists);
        var inspect = await RunAsync(["image", "inspect", "--format", "{{.Id}}", "--", name], QuestionTimeout, null, cancellationToken);
        EnsureSuccess(inspect);
        var id = inspect.Output.Trim();
        return id.StartsWith("sha256:", StringComparison.Ordinal) ? id : "sha256:" + id;
    }

    private async Task<ToolResult> RunAsync(
        string[] arguments, TimeSpan timeout, Func<Stream, CancellationToken, Task>? input, CancellationToken cancellationToken)
    {
        try
        {
            return await ToolRunner.RunAsync(new ToolRun(program, arguments, timeout) { Input = input }, cancellationToken);
        }
        catch (ToolFailedException e)
        {
            throw new EngineFailedException($"'{program}': {e.Message}", e);
        }
    }

    private static void EnsureSuccess(ToolResult result)
    {
        if (result.ExitCode != 0)
        {
            var text = SafeText.Neutralize(result.Error).TrimEnd('.');
            throw new EngineFailedException(text.Length > 0 ? $"{text} (exit code {result.ExitCode})" : $"exit code {result.ExitCode}");
        }
    }
}
