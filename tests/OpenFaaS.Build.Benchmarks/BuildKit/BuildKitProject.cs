using System.Diagnostics;
using OpenFaaS.Build.Benchmarks.Functions;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Benchmarks.BuildKit;

/// <summary>A project in a folder of its own, built into the engine by either tool.</summary>
internal sealed class BuildKitProject : IDisposable
{
    private readonly EngineCommand engine;
    private readonly string root = Directory.CreateTempSubdirectory("ofbbuildkit").FullName;
    private readonly string name = "bench-" + Guid.NewGuid().ToString("n")[..8];

    public BuildKitProject(EngineCommand engine)
    {
        this.engine = engine;
        Folder = Directory.CreateDirectory(Path.Combine(root, "context")).FullName;
    }

    /// <summary>The build context.</summary>
    public string Folder { get; }

    /// <summary>Runs the worker as MSBuild does.</summary>
    public Task<WorkerRun> RunWorkerAsync()
    {
        var request = Path.Combine(root, "request.json");
        File.WriteAllBytes(request, ProtocolJson.Write(new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = Path.Combine(root, name + ".csproj"),
            ProjectName = name,
            ProjectDirectory = root + Path.DirectorySeparatorChar,
            Shape = "any",
            OutputDirectory = Path.Combine(root, "obj") + Path.DirectorySeparatorChar,
            Properties = new Dictionary<string, string>
            {
                ["FunctionTemplate"] = "dockerfile",
                ["FunctionHandler"] = Folder,
                ["FunctionForce"] = "true",
                ["ContainerBuilder"] = "buildkit",
                ["ContainerBuilderEndpoint"] = engine.Address,
                ["LocalRegistry"] = "Docker",
                ["OutputPath"] = "bin/",
            },
        }));
        return WorkerRun.MeasureAsync(request, ("DOCKER_HOST", engine.Address));
    }

    /// <summary>Runs <c>docker build</c>.</summary>
    public async Task<TimeSpan> RunCommandAsync()
    {
        var start = new ProcessStartInfo(engine.CommandLine) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { "build", "-q", "-t", name, Folder })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOCKER_BUILDKIT"] = "1";
        start.Environment["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1";
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException("docker cannot be started.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var time = Stopwatch.GetElapsedTime(started);
        await output;
        return process.ExitCode == 0 ? time : throw new InvalidOperationException($"docker build ended with exit code {process.ExitCode}:\n{await error}");
    }

    public void Dispose()
    {
        using var process = Process.Start(new ProcessStartInfo(engine.CommandLine, ["rmi", "-f", name]) { RedirectStandardOutput = true, RedirectStandardError = true });
        process?.WaitForExit();
        Directory.Delete(root, recursive: true);
    }
}
