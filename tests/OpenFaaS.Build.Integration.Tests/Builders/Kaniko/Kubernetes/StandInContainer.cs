using System.Diagnostics;
using OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>The container of a pod of the double, run for real by a Docker Engine: the stand-in executor with the pod's arguments, variables, files and input.</summary>
internal sealed class StandInContainer(string folder)
{
    private const string MessageFile = "/dev/termination-log";

    public async Task<int> RunAsync(ContainerStart start, CancellationToken cancellationToken)
    {
        var name = "ofb-" + Guid.NewGuid().ToString("n");
        var root = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        var message = Path.Combine(root, "message");
        await File.WriteAllTextAsync(message, "", CancellationToken.None);
        var info = new ProcessStartInfo(KanikoExecutor.CommandOf("docker")) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "run", "-i", "--rm", "--name", name, "--network", "host", "--mount", $"type=bind,source={message},target={MessageFile}" })
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var group in start.Files.GroupBy(file => Path.GetDirectoryName(file.Key)!, StringComparer.Ordinal))
        {
            var source = Directory.CreateDirectory(Path.Combine(root, Guid.NewGuid().ToString("n"))).FullName;
            foreach (var (path, content) in group)
            {
                await File.WriteAllBytesAsync(Path.Combine(source, Path.GetFileName(path)), content, CancellationToken.None);
            }

            info.ArgumentList.Add("--mount");
            info.ArgumentList.Add($"type=bind,source={source},target={group.Key},readonly");
        }

        foreach (var (variable, value) in start.Variables)
        {
            // Not by this process's environment: the command has a DOCKER_CONFIG of its own.
            info.ArgumentList.Add("--env");
            info.ArgumentList.Add($"{variable}={value}");
        }

        info.ArgumentList.Add(start.Image);
        foreach (var argument in start.Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        using var process = Process.Start(info)!;
        await using var killed = cancellationToken.Register(() => Process.Start(new ProcessStartInfo(TestServices.Fact("docker", "CLI"), ["rm", "-f", name]) { RedirectStandardOutput = true })?.Dispose());
        var feeding = FeedAsync(process, start.Input);
        await Task.WhenAll(PrintAsync(process.StandardOutput, start.Print), PrintAsync(process.StandardError, start.Print));
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        start.Leave(await File.ReadAllTextAsync(message, CancellationToken.None));
        _ = feeding;
        return process.ExitCode;
    }

    private static async Task PrintAsync(StreamReader reader, Action<string> print)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            print(line);
        }
    }

    private static async Task FeedAsync(Process process, Stream input)
    {
        try
        {
            await input.CopyToAsync(process.StandardInput.BaseStream);
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // A program that ends closes its input.
        }
    }
}
