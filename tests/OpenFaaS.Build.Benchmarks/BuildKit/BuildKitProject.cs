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
    /// <param name="watchMemory">Whether its memory is watched, which takes time.</param>
    public Task<WorkerRun> RunWorkerAsync(bool watchMemory)
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
        return WorkerRun.MeasureAsync(request, watchMemory, ("DOCKER_HOST", engine.Address));
    }

    /// <summary>Runs <c>docker build</c>, which tells every step as the worker does.</summary>
    public async Task<TimeSpan> RunCommandAsync()
    {
        var start = engine.Call("build", "-t", name, Folder);
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
        using var process = Process.Start(engine.Call("rmi", "-f", name));
        process?.WaitForExit();
        Directory.Delete(root, recursive: true);
    }
}
