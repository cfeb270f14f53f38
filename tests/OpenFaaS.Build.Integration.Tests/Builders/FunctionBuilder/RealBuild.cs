using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.FunctionBuilder;

/// <summary>
/// Builds and pushes an upload by the BuildKit of the engine of Debian 13, with credentials of its own, and tells of it as the real builder does:
/// <c>v:</c> for steps, <c>l:</c> for their output, <c>s:</c> for the push, and at the end the status.
/// </summary>
internal sealed partial class RealBuild(UploadedContext upload, string folder, bool tellsDigest)
{
    private readonly Dictionary<string, string> steps = [];
    private string error = "";

    private static string Now => DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Builds; the build ends when the caller is gone.</summary>
    public async Task RunAsync(Func<string, Task> write, CancellationToken cancellationToken)
    {
        var metadata = Path.Combine(folder, "metadata.json");
        using var process = Process.Start(StartInfo(metadata))!;
        await using var registration = cancellationToken.Register(() => Terminate(process));
        while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (Translate(line) is { } told && !cancellationToken.IsCancellationRequested)
            {
                await write(FunctionBuilderStandIn.Line([told], upload.Image, "in_progress"));
            }
        }

        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            await write(FunctionBuilderStandIn.Line([], upload.Image, "failed", error));
            return;
        }

        var digest = JsonDocument.Parse(await File.ReadAllBytesAsync(metadata, cancellationToken)).RootElement.GetProperty("containerimage.digest").GetString();
        await write(FunctionBuilderStandIn.Line(tellsDigest ? [$"s: {Now} pushing manifest for {upload.Image}@{digest} 0"] : [], upload.Image, "success"));
    }

    private static void Terminate(Process process)
    {
        try
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private ProcessStartInfo StartInfo(string metadata)
    {
        var docker = Directory.CreateDirectory(Path.Combine(folder, "docker")).FullName;
        if (TestServices.IsRunning("registry-auth"))
        {
            File.WriteAllText(Path.Combine(docker, "config.json"), PrivateRegistry.Config());
        }

        List<string> arguments = ["build", "--progress", "plain", "--provenance=false", "--network", "none", "--push", "--metadata-file", metadata, "-t", upload.Image];
        arguments.AddRange(["--platform", string.Join(',', upload.Platforms)]);
        arguments.AddRange(upload.Arguments.SelectMany(argument => new[] { "--build-arg", $"{argument.Key}={argument.Value}" }));
        foreach (var (name, value) in upload.Secrets)
        {
            var file = Path.Combine(folder, "secret-" + Guid.NewGuid().ToString("n"));
            File.WriteAllBytes(file, value);
            arguments.AddRange(["--secret", $"id={name},src={file}"]);
        }

        var buildx = Path.Combine(Path.GetDirectoryName(TestServices.Fact("docker26", "CTR"))!, "../libexec/docker/cli-plugins/docker-buildx");
        return new ProcessStartInfo(buildx, [.. arguments, upload.Folder])
        {
            RedirectStandardError = true,
            Environment = { ["DOCKER_HOST"] = TestServices.Endpoint("docker26"), ["DOCKER_CONFIG"] = docker, ["BUILDX_CONFIG"] = Path.Combine(folder, "buildx") },
        };
    }

    private string? Translate(string line)
    {
        if (line.StartsWith("ERROR: ", StringComparison.Ordinal))
        {
            error = line["ERROR: ".Length..];
            return null;
        }

        if (Progress().Match(line) is not { Success: true } match)
        {
            return null;
        }

        var (id, text) = (match.Groups["id"].Value, match.Groups["text"].Value);
        if (steps.TryAdd(id, text))
        {
            return $"v: {Now} {text}";
        }

        return Output().Match(text) is { Success: true } output ? $"l: {Now} {output.Groups["text"].Value}"
            : Done().Match(text) is { Success: true } done ? $"v: {Now} {steps[id]} {done.Groups["seconds"].Value}0s"
            : null;
    }

    [GeneratedRegex(@"\A#(?<id>[0-9]+) (?<text>.+)\z")]
    private static partial Regex Progress();

    [GeneratedRegex(@"\A[0-9]+\.[0-9]+ (?<text>.*)\z")]
    private static partial Regex Output();

    [GeneratedRegex(@"\A(?:DONE|ERROR) ?(?<seconds>[0-9]+\.[0-9])s?")]
    private static partial Regex Done();
}
