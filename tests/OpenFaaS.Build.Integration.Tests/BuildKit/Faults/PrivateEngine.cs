using System.Diagnostics;
using System.Globalization;
using System.Text;
using OpenFaaS.Build.Sdk.Tests;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>A modern Docker Engine of one test's own, which may be killed, paused and started again.</summary>
internal sealed class PrivateEngine : IAsyncDisposable
{
    private const string Service = "docker26";
    private readonly string folder;
    private string[] command = [];
    private string[] environment = [];

    private PrivateEngine(string folder, string address) => (this.folder, Address) = (folder, address);

    /// <summary>The engine's socket, <c>unix://…</c>.</summary>
    public string Address { get; }

    /// <summary>Path of a <c>docker</c> command that talks to it.</summary>
    public string CommandLine => Path.Combine(folder, "docker26-cli");

    private string PidFile => Path.Combine(folder, "dockerd26.pid");

    private int Pid => int.Parse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture);

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="hasBridge">Whether steps have a network where the build does not say which, as scanners.</param>
    public static async Task<PrivateEngine> StartAsync(CancellationToken cancellationToken, bool hasBridge = false)
    {
        // A short path: sockets lie below it.
        var folder = Path.Combine("/tmp", "ofb" + Guid.NewGuid().ToString("n")[..8]);
        var file = folder + ".env";
        try
        {
            var said = await Tool.RunAsync("/usr/bin/env", ["-u", TestServices.Variable(Service), "OPENFAAS_TEST_DOCKER26_BRIDGE=" + (hasBridge ? "yes" : ""), "bash", "-c", "exec bash \"$@\" 2>&1", "sh", Script, "start", "--file", file, "--folder", folder, Service], cancellationToken);
            var line = (await File.ReadAllLinesAsync(file, cancellationToken)).SingleOrDefault(line => line.StartsWith($"export {TestServices.Variable(Service)}=", StringComparison.Ordinal))
                ?? throw new InvalidOperationException($"{Service} has not started:\n{said}");
            var engine = new PrivateEngine(folder, line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            engine.command = Words($"/proc/{engine.Pid}/cmdline");
            engine.environment = Words($"/proc/{engine.Pid}/environ");
            return engine;
        }
        catch
        {
            await Tool.RunAsync("bash", [Script, "stop", "--folder", folder], CancellationToken.None);
            throw;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Script => Path.Combine(Repository.Root, "tests", "services.sh");

    /// <summary>Ends the engine at once, as a crash or the system does.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await SignalAsync("KILL", cancellationToken);
        while (RunningProcess.IsAlive(Pid))
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    public Task PauseAsync(CancellationToken cancellationToken) => SignalAsync("STOP", cancellationToken);

    public Task ResumeAsync(CancellationToken cancellationToken) => SignalAsync("CONT", cancellationToken);

    /// <summary>Starts it again on the same data, and waits until it answers.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        // The killed process may still wait to be reaped; its own file would then tell the new one that it runs.
        File.Delete(Path.Combine(folder, Service, "dockerd.pid"));
        var start = new ProcessStartInfo("/usr/bin/setsid") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["sh", "-c", "echo $$ > \"$1\"; shift; exec \"$@\" >> /dev/null 2>&1 < /dev/null", "sh", PidFile, "/usr/bin/env", "-i", .. environment, .. command];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var socket = Address["unix://".Length..];
        while (true)
        {
            try
            {
                await Tool.RunAsync("curl", ["-sf", "--max-time", "2", "--unix-socket", socket, "http://d/_ping"], cancellationToken);
                return;
            }
            catch (InvalidOperationException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Tool.RunAsync("/bin/sh", ["-c", "kill -CONT \"$1\" 2>/dev/null; true", "sh", Pid.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
        await Tool.RunAsync("bash", [Script, "stop", "--folder", folder], CancellationToken.None);
    }

    private static string[] Words(string file) => Encoding.UTF8.GetString(File.ReadAllBytes(file)).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private Task SignalAsync(string signal, CancellationToken cancellationToken) =>
        Tool.RunAsync("kill", ["-" + signal, Pid.ToString(CultureInfo.InvariantCulture)], cancellationToken);
}
