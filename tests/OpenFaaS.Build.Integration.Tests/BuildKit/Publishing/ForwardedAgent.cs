using System.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>A real <c>ssh-agent</c> of one test's own, with one key.</summary>
internal sealed class ForwardedAgent : IDisposable
{
    private readonly Process process;

    private ForwardedAgent(string socket)
    {
        Socket = socket;
        process = Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", socket]) { RedirectStandardOutput = true, UseShellExecute = false })!;
    }

    /// <summary>Its socket.</summary>
    public string Socket { get; }

    /// <summary>Starts it and gives it a key.</summary>
    /// <param name="key">File of a private key without a passphrase.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<ForwardedAgent> StartAsync(string key, CancellationToken cancellationToken)
    {
        // A short path: it is a socket's.
        var agent = new ForwardedAgent(Path.Combine(Path.GetTempPath(), $"ofb-agent-{Guid.NewGuid():n}.sock"));
        while (!File.Exists(agent.Socket) && !agent.process.HasExited)
        {
            await Task.Delay(20, cancellationToken);
        }

        await Tool.RunAsync("/usr/bin/env", ["SSH_AUTH_SOCK=" + agent.Socket, "ssh-add", "-q", key], cancellationToken);
        return agent;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        File.Delete(Socket);
    }
}
