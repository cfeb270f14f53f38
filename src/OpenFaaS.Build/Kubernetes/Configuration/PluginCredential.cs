using System.Globalization;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Kubernetes.Configuration;

/// <summary>What a command of the kubeconfig gave: a token, or a certificate with its key.</summary>
/// <param name="Expires">When it has to be asked again; null for never.</param>
internal sealed record PluginCredential(string? Token, string? Certificate, string? Key, DateTimeOffset? Expires)
{
    private const int LongestOutput = 256 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Runs the command.</summary>
    /// <exception cref="DiagnosticException">It fails, or gives something else (OFB2803); what it printed on its output is not repeated.</exception>
    public static async Task<PluginCredential> AskAsync(CredentialPlugin plugin, string cluster, CancellationToken cancellationToken)
    {
        try
        {
            var run = new ToolRun(plugin.Program, plugin.Arguments, Limit) { Environment = plugin.Environment, KeptOutput = LongestOutput };
            var result = await ToolRunner.RunAsync(run, cancellationToken);
            return result.ExitCode == 0
                ? Parse(result.Output, plugin) ?? throw Failed("its output is no credential of the protocol " + plugin.ApiVersion)
                : throw Failed(string.Create(CultureInfo.InvariantCulture, $"exit code {result.ExitCode}: {ForeignText.LastLines(result.Error)}"));
        }
        catch (ToolFailedException e)
        {
            throw Failed(e.Message);
        }

        DiagnosticException Failed(string why) => KubernetesDiagnostics.CredentialPluginFailed.With(plugin.Program, cluster, why).ToException();
    }

    private static PluginCredential? Parse(string output, CredentialPlugin plugin)
    {
        try
        {
            using var document = JsonDocument.Parse(output, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            if (Text(root, "kind") != "ExecCredential" || Text(root, "apiVersion") != plugin.ApiVersion || !root.TryGetProperty("status", out var status))
            {
                return null;
            }

            var (token, certificate, key) = (Text(status, "token"), Text(status, "clientCertificateData"), Text(status, "clientKeyData"));
            var expires = DateTimeOffset.TryParse(Text(status, "expirationTimestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : (DateTimeOffset?)null;
            return token is null && (certificate is null || key is null) ? null : new PluginCredential(token, certificate, key, expires);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
