using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A real <c>sshd</c> on loopback, with a host key of its own, that lets nobody in. Under root it runs as nobody, so that it needs nothing of the machine.</summary>
public sealed class SshServer : IDisposable
{
    private const int Nobody = 65534;

    private readonly DirectoryInfo folder;
    private readonly Process process;

    private SshServer(DirectoryInfo folder, int port, string key)
    {
        this.folder = folder;
        Port = port;
        string[] options = ["-D", "-e", "-f", "/dev/null", "-p", port.ToString(CultureInfo.InvariantCulture), "-h", key, "-o", "PidFile=none", "-o", "ListenAddress=127.0.0.1"];
        string[] asNobody = Environment.UserName == "root" ? ["setpriv", $"--reuid={Nobody}", "--clear-groups"] : [];
        string[] command = [.. asNobody, Program("sshd"), .. options];
        process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, UseShellExecute = false })!;
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>The line of <c>known_hosts</c> for this server.</summary>
    public string KnownHost { get; private set; } = "";

    /// <summary>Starts the server and waits until it listens.</summary>
    public static async Task<SshServer> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("sshd-");
        var key = Path.Combine(folder.FullName, "key");
        await Tool.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key], cancellationToken);
        if (Environment.UserName == "root")
        {
            await Tool.RunAsync("chown", ["-R", $"{Nobody}", folder.FullName], cancellationToken);
        }

        var server = new SshServer(folder, FreePort(), key);
        server.KnownHost = $"[127.0.0.1]:{server.Port} {await File.ReadAllTextAsync(key + ".pub", cancellationToken)}";
        while (!server.process.HasExited)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, server.Port, cancellationToken);
                return server;
            }
            catch (SocketException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        throw new InvalidOperationException($"sshd ended with {server.process.ExitCode}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
        folder.Delete(recursive: true);
    }

    // sshd starts itself again for each connection, by its full path.
    private static string Program(string name) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).First(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
