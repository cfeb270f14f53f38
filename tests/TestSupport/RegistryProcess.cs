using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OpenFaaS.Build.TestSupport;

/// <summary>A real registry (<c>docker-registry</c>) on a loopback port, with its data in a test's folder. Stopped, by its own process, when disposed.</summary>
public sealed class RegistryProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly string logFile;

    private RegistryProcess(Process process, string name, string logFile)
    {
        this.process = process;
        this.logFile = logFile;
        Name = name;
    }

    /// <summary><c>127.0.0.1:port</c></summary>
    public string Name { get; }

    /// <summary>What the registry wrote about the requests it got: method, path, status and bytes.</summary>
    public string AccessLog => File.ReadAllText(logFile);

    /// <summary>Starts a registry and waits until it answers.</summary>
    /// <param name="folder">Folder for configuration, data and log.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="user">User name and password for basic authentication.</param>
    /// <param name="authority">Certificate for https.</param>
    public static async Task<RegistryProcess> StartAsync(
        string folder, CancellationToken cancellationToken, (string Name, string Password)? user = null, PrivateAuthority? authority = null)
    {
        Directory.CreateDirectory(folder);
        if (user is { } account)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, "htpasswd"), await Tool.RunAsync("htpasswd", ["-Bbn", account.Name, account.Password], cancellationToken), cancellationToken);
        }

        for (var attempt = 0; ; attempt++)
        {
            // The registry binds the port itself, so another process can be faster.
            var port = FreePort();
            var registry = await LaunchAsync(folder, port, user is not null, authority, cancellationToken);
            if (await registry.AnswersAsync(port, authority is not null, cancellationToken))
            {
                return registry;
            }

            var log = registry.AccessLog;
            await registry.DisposeAsync();
            if (attempt == 4)
            {
                throw new InvalidOperationException("docker-registry does not start:\n" + log);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<RegistryProcess> LaunchAsync(string folder, int port, bool authenticates, PrivateAuthority? authority, CancellationToken cancellationToken)
    {
        var configuration = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(configuration, $"""
            version: 0.1
            log: {"{"} level: info, accesslog: {"{"} disabled: false {"}"} {"}"}
            storage:
              filesystem: {"{"} rootdirectory: "{folder}/data" {"}"}
              delete: {"{"} enabled: true {"}"}
            http:
              addr: 127.0.0.1:{port}
              {(authority is null ? "" : $"tls: {{ certificate: \"{authority.CertificateFile}\", key: \"{authority.KeyFile}\" }}")}
            {(authenticates ? $"auth: {{ htpasswd: {{ realm: test, path: \"{folder}/htpasswd\" }} }}" : "")}
            """, cancellationToken);
        var logFile = Path.Combine(folder, "registry.log");
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        foreach (var argument in new[] { "-c", "exec docker-registry serve \"$1\" >\"$2\" 2>&1", "sh", configuration, logFile })
        {
            start.ArgumentList.Add(argument);
        }

        await File.WriteAllTextAsync(logFile, "", cancellationToken);
        return new RegistryProcess(Process.Start(start)!, $"127.0.0.1:{port}", logFile);
    }

    private async Task<bool> AnswersAsync(int port, bool tls, CancellationToken cancellationToken)
    {
        // Only to see that the process serves: tests of the product verify the certificate.
        using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
        while (!process.HasExited)
        {
            try
            {
                using var response = await client.GetAsync(new Uri($"{(tls ? "https" : "http")}://127.0.0.1:{port}/v2/"), cancellationToken);
                return response.Headers.Contains("Docker-Distribution-Api-Version") && !process.HasExited;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, cancellationToken);
            }
        }

        return false;
    }
}
