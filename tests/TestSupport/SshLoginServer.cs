using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A real <c>sshd</c> on loopback that lets the user of the tests in, by a key of its own; and an <c>ssh</c> that knows both.</summary>
public sealed class SshLoginServer : IDisposable
{
    private readonly string folder;
    private readonly Process process;

    private SshLoginServer(string folder, int port, string path)
    {
        (this.folder, Port) = (folder, port);
        string[] options =
        [
            "-D", "-e", "-f", "/dev/null", "-h", Path.Combine(folder, "host"), "-p", port.ToString(CultureInfo.InvariantCulture),
            .. new[]
            {
                "PidFile=none", "ListenAddress=127.0.0.1", "StrictModes=no", "UsePAM=no", "PermitRootLogin=yes", "PasswordAuthentication=no",
                $"AuthorizedKeysFile={Path.Combine(folder, "user.pub")}", $"SetEnv=PATH={path}",
            }.SelectMany(option => new[] { "-o", option }),
        ];
        process = Process.Start(new ProcessStartInfo(Program("sshd"), options) { RedirectStandardError = true, UseShellExecute = false })!;
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>Folder with a program <c>ssh</c> that has the server's and the user's keys.</summary>
    public string ClientFolder => Path.Combine(folder, "bin");

    /// <summary>Starts the server and waits until it listens.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="path"><c>PATH</c> of the commands that are run through it.</param>
    public static async Task<SshLoginServer> StartAsync(string folder, string path, CancellationToken cancellationToken)
    {
        foreach (var key in (string[])["host", "user"])
        {
            await Tool.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, key)], cancellationToken);
        }

        if (Environment.UserName == "root")
        {
            // Where sshd locks itself up; packages make it when the system starts.
            Directory.CreateDirectory("/run/sshd");
        }

        var server = new SshLoginServer(folder, FreePort(), path);
        var known = Path.Combine(folder, "known_hosts");
        await File.WriteAllTextAsync(known, $"[127.0.0.1]:{server.Port} {await File.ReadAllTextAsync(Path.Combine(folder, "host.pub"), cancellationToken)}", cancellationToken);
        Directory.CreateDirectory(server.ClientFolder);
        await Tool.WriteScriptAsync(
            Path.Combine(server.ClientFolder, "ssh"),
            $"#!/bin/sh\nexec {Program("ssh")} -F /dev/null -o UserKnownHostsFile='{known}' -o GlobalKnownHostsFile=/dev/null -i '{Path.Combine(folder, "user")}' -o IdentitiesOnly=yes \"$@\"\n",
            cancellationToken);
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

    /// <summary>Forgets the server's key: it is an unknown host from now on.</summary>
    public void ForgetHost() => File.WriteAllText(Path.Combine(folder, "known_hosts"), "");

    /// <summary>Lets nobody in from now on.</summary>
    public void ForgetUser() => File.WriteAllText(Path.Combine(folder, "user.pub"), "");

    /// <summary>Ends the server and all connections.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        process.Dispose();
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
