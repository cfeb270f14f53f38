using System.Globalization;
using System.Text;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Kubernetes.Configuration;

/// <summary>The service account that a cluster mounts into its pods.</summary>
internal static class InClusterAccount
{
    /// <summary>Where it is mounted.</summary>
    public const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const int LongestFile = 1 << 20;

    /// <summary>The cluster whose pod the build runs in; null where it runs in none, or the pod has no account.</summary>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="folder">Where the account is mounted.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<ClusterSettings?> FindAsync(Func<string, string?> environment, string folder, CancellationToken cancellationToken)
    {
        if (environment("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host
            || !int.TryParse(environment("KUBERNETES_SERVICE_PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || !Uri.TryCreate($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}", UriKind.Absolute, out var server))
        {
            return null;
        }

        var (authorities, token) = (await ReadAsync(folder, "ca.crt", cancellationToken), await ReadAsync(folder, "token", cancellationToken));
        return authorities is null || token is null
            ? null
            : new ClusterSettings(server, "the pod's service account")
            {
                Authorities = authorities,
                TokenFile = Path.Combine(folder, "token"),
                Namespace = (await ReadAsync(folder, "namespace", cancellationToken))?.Trim() is { Length: > 0 } name ? name : "default",
            };
    }

    private static async Task<string?> ReadAsync(string folder, string name, CancellationToken cancellationToken)
    {
        try
        {
            return Encoding.UTF8.GetString(await BoundedFile.ReadAsync(Path.Combine(folder, name), LongestFile, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
