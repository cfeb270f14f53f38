using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenFaaS.Build.Host.Tests;

/// <summary>The compiled function (<c>tests/HostedFunction</c>) as a process of its own, with the environment a test gives.</summary>
internal sealed class FunctionProcess : IAsyncDisposable
{
    private static readonly string[] Inherited = ["PATH", "HOME", "DOTNET_ROOT", "TMPDIR"];

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource draining = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FunctionProcess(string folder, IReadOnlyDictionary<string, string> environment)
    {
        Port = environment.TryGetValue("port", out var given) && int.TryParse(given, out var number) ? number : FreePort();
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "HostedFunction.dll") },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        start.Environment["port"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}/") };
    }

    public int Port { get; }

    public HttpClient Client { get; }

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Starts the function and waits until it listens.</summary>
    public static async Task<FunctionProcess> StartAsync(TestContext context, params (string Name, string Value)[] environment)
    {
        var function = Launch(context, environment);
        await function.WaitAsync(function.listening.Task, context.CancellationToken);
        return function;
    }

    /// <summary>Starts the function without waiting, for one that is to fail.</summary>
    public static FunctionProcess Launch(TestContext context, params (string Name, string Value)[] environment) =>
        new(context.Folder(), environment.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    /// <summary>Sends the signal and waits until the function says that it drains.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Signal(SignalNumber.Term);
        await WaitAsync(draining.Task, cancellationToken);
    }

    public void Signal(SignalNumber signal) => Assert.AreEqual(0, Kill(process.Id, (int)signal));

    public async Task<int> ExitCodeAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        Client.Dispose();
        process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitAsync(Task task, CancellationToken cancellationToken)
    {
        var exit = process.WaitForExitAsync(cancellationToken);
        if (await Task.WhenAny(task, exit) == exit)
        {
            Assert.Fail($"The function ended early: {Output}");
        }
    }

    private void Keep(string? line)
    {
        lock (output)
        {
            output.Append(line).Append('\n');
        }

        if (line?.Contains("Now listening on", StringComparison.Ordinal) == true)
        {
            listening.TrySetResult();
        }
        else if (line?.Contains("draining", StringComparison.Ordinal) == true)
        {
            draining.TrySetResult();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}

/// <summary>Numbers as POSIX has them.</summary>
public enum SignalNumber
{
    Interrupt = 2,
    Term = 15,
}
