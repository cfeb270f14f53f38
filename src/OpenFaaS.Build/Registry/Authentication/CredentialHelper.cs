using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>Asks <c>docker-credential-NAME get</c>: the server's address on its input, JSON on its output.</summary>
internal static partial class CredentialHelper
{
    private const int LongestOutput = 64 * 1024;

    /// <summary>The credentials that the helper keeps for <paramref name="server"/>; null if it says that it has none.</summary>
    /// <exception cref="DiagnosticException">The helper is missing, fails, takes too long or prints something else. What it printed is not repeated.</exception>
    public static async Task<RegistryCredential?> GetAsync(string name, string server, RegistryOptions options, CancellationToken cancellationToken)
    {
        if (!NamePattern().IsMatch(name))
        {
            throw Failed(SafeText.Neutralize(name), server, "its name may hold letters, digits, '.', '_' and '-' only");
        }

        var program = "docker-credential-" + name;
        var path = Locate(program, options.Environment) ?? throw Failed(program, server, "it is in no folder of PATH");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Limits.CredentialHelper);
        try
        {
            var (exitCode, output) = await RunAsync(path, server, limit.Token);
            return exitCode == 0
                ? Parse(output, program, server)
                : output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase)
                    ? null
                    : throw Failed(program, server, $"it ended with exit code {exitCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(program, server, $"it did not end within {options.Limits.CredentialHelper.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw Failed(program, server, e is Win32Exception ? "it cannot be started" : "it printed too much");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    // Only absolute folders of PATH: a file in the current folder is not the user's helper.
    private static string? Locate(string program, Func<string, string?> environment) =>
        (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => OperatingSystem.IsWindows() ? [Path.Combine(folder, program + ".exe")] : new[] { Path.Combine(folder, program) })
            .FirstOrDefault(File.Exists);

    private static async Task<(int ExitCode, string Output)> RunAsync(string path, string server, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add("get");
        using var process = Process.Start(start) ?? throw new IOException("No process was started.");
        try
        {
            // Drained and thrown away: helpers print secrets there.
            var error = process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
            await WriteAsync(process.StandardInput, server, cancellationToken);
            var output = await ReadAsync(process.StandardOutput.BaseStream, cancellationToken);
            await error;
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, output);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task WriteAsync(StreamWriter input, string server, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync((server + "\n").AsMemory(), cancellationToken);
            input.Close();
        }
        catch (IOException)
        {
            // A helper may end without reading; its exit code and output decide.
        }
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestOutput + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= LongestOutput ? Encoding.UTF8.GetString(buffer, 0, length) : throw new IOException("Too much output.");
    }

    private static RegistryCredential? Parse(string output, string program, string server)
    {
        try
        {
            using var document = JsonDocument.Parse(output, new JsonDocumentOptions { MaxDepth = 8 });
            var username = document.RootElement.GetProperty("Username").GetString() ?? "";
            var secret = document.RootElement.GetProperty("Secret").GetString() ?? "";
            return username.Length == 0 && secret.Length == 0 ? null : RegistryCredential.From(username, secret, $"the credential helper '{program}'");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Failed(program, server, "its output is no valid JSON with Username and Secret");
        }
    }

    private static DiagnosticException Failed(string program, string server, string reason) =>
        RegistryDiagnostics.CredentialHelperFailed.With(program, server, reason).ToException();
}
