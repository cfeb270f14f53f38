using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;
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
        var path = ToolPath.Find(program, options.Environment) ?? throw Failed(program, server, "it is in no folder of PATH");
        try
        {
            var result = await ToolRunner.RunAsync(
                new ToolRun(path, ["get"], options.Limits.CredentialHelper)
                {
                    Input = (input, token) => input.WriteAsync(Encoding.UTF8.GetBytes(server + "\n"), token).AsTask(),
                    KeptOutput = LongestOutput + 1,
                },
                cancellationToken);
            return result.Output.Length > LongestOutput ? throw Failed(program, server, "it printed too much")
                : result.ExitCode == 0 ? Parse(result.Output, program, server)
                : result.Output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase) ? null
                : throw Failed(program, server, $"it ended with exit code {result.ExitCode}");
        }
        catch (ToolFailedException e)
        {
            throw Failed(program, server, e.Message);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

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
