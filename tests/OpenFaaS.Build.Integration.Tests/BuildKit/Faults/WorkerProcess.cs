using System.Diagnostics;
using System.Text;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>The worker as MSBuild starts it, with a temporary folder of its own: what it leaves there, and what it has started, can be told from all else.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private static readonly string[] Inherited = ["PATH", "HOME", "DOTNET_ROOT"];

    private readonly Process process;
    private readonly StringBuilder said = new();

    private WorkerProcess(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that it has said.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="request">What it builds.</param>
    /// <param name="folder">Folder for the request and the result.</param>
    /// <param name="temporary">Its temporary folder, which is there.</param>
    public static WorkerProcess Start(BuildRequest request, string folder, string temporary)
    {
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, Guid.NewGuid().ToString("n"));
        File.WriteAllBytes(file, ProtocolJson.Write(request));
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "OpenFaaS.Build.Worker.dll"), "build", "--request", file, "--result", file + ".result"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var name in Inherited.Where(name => Environment.GetEnvironmentVariable(name) is not null))
        {
            start.Environment[name] = Environment.GetEnvironmentVariable(name);
        }

        start.Environment["TMPDIR"] = temporary;

        // The sockets of the runtime's own diagnostics would lie in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new WorkerProcess(start);
    }

    /// <summary>Asks it to end, as a user does.</summary>
    public void Cancel()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private void Add(string? line)
    {
        lock (said)
        {
            said.AppendLine(line);
        }
    }
}
