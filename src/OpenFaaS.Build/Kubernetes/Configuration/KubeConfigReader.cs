using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Kubernetes.Configuration;

/// <summary>Reads the settings of one context out of the files of a kubeconfig; what two files name belongs to the first.</summary>
/// <param name="documents">The files in order; at least one.</param>
/// <param name="environment">Environment variables by name.</param>
internal sealed class KubeConfigReader(IReadOnlyList<KubeConfigDocument> documents, Func<string, string?> environment)
{
    private const int MostNames = 10;

    /// <summary>The settings of a context; null for the current one.</summary>
    /// <exception cref="DiagnosticException">It is not there (OFB2802), or cannot be used (OFB2801).</exception>
    public async Task<ClusterSettings> SettingsAsync(string? wanted, CancellationToken cancellationToken)
    {
        var name = wanted ?? documents.Select(document => document.CurrentContext).FirstOrDefault(context => context is not null);
        if (name is null || Find(document => document.Contexts, name) is not var (from, context))
        {
            throw KubernetesDiagnostics.ContextMissing.With(SafeText.Neutralize(name ?? "(none is the current one)"), Names()).ToException();
        }

        var clusterName = context.Text("cluster")?.Text ?? "";
        var (clusterFile, cluster) = Find(document => document.Clusters, clusterName) ?? throw Invalid(from, $"the context '{name}' names the cluster '{clusterName}', which is not there");
        var settings = await ClusterAsync(clusterFile, cluster, clusterName, cancellationToken);
        if (context.Text("user")?.Text is { Length: > 0 } userName)
        {
            var (userFile, user) = Find(document => document.Users, userName) ?? throw Invalid(from, $"the context '{name}' names the user '{userName}', which is not there");
            settings = await new KubeConfigUser(userFile, user, environment).AddToAsync(settings, cancellationToken);
            userFile.Problems.ThrowIfAny();
        }

        var space = context.Text("namespace")?.Text;
        from.Problems.ThrowIfAny();
        clusterFile.Problems.ThrowIfAny();
        return string.IsNullOrEmpty(space) ? settings : settings with { Namespace = space };
    }

    private static async Task<ClusterSettings> ClusterAsync(KubeConfigDocument file, YamlObject cluster, string name, CancellationToken cancellationToken)
    {
        var address = cluster.Text("server")?.Text ?? "";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http") || server.UserInfo.Length > 0 || server.Query.Length > 0)
        {
            throw Invalid(file, $"the server of the cluster '{name}' is no address of the form https://host:port");
        }

        var proxy = cluster.Text("proxy-url")?.Text;
        return new ClusterSettings(server, file.File)
        {
            Authorities = await PemAsync(file, cluster, "certificate-authority", cancellationToken),
            SkipsVerification = cluster.Flag("insecure-skip-tls-verify"),
            ServerName = cluster.Text("tls-server-name")?.Text is { Length: > 0 } other ? other : null,
            Proxy = string.IsNullOrEmpty(proxy) ? null
                : Uri.TryCreate(proxy, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5" && uri.Host.Length > 0 ? uri
                : throw Invalid(file, $"the proxy-url of the cluster '{name}' is no address of the form http://host:port, https://host:port or socks5://host:port"),
        };
    }

    /// <summary>What a key holds in place (<c>-data</c>, base64) or as the path of a file.</summary>
    internal static async Task<string?> PemAsync(KubeConfigDocument file, YamlObject from, string key, CancellationToken cancellationToken)
    {
        if (from.Text(key + "-data")?.Text is { Length: > 0 } data)
        {
            var bytes = new byte[data.Length];
            return Convert.TryFromBase64String(data, bytes, out var length)
                ? Encoding.UTF8.GetString(bytes, 0, length)
                : throw Invalid(file, $"'{key}-data' is no base64");
        }

        return from.Text(key)?.Text is { Length: > 0 } path ? await KubeConfigFiles.ReadReferencedAsync(file.FullPath(path), file.File, cancellationToken) : null;
    }

    internal static DiagnosticException Invalid(KubeConfigDocument file, string problem) =>
        KubernetesDiagnostics.ConfigurationInvalid.With(file.File, SafeText.Neutralize(problem)).At(file.File).ToException();

    private (KubeConfigDocument File, YamlObject Part)? Find(Func<KubeConfigDocument, IReadOnlyDictionary<string, YamlObject>> parts, string name)
    {
        foreach (var document in documents)
        {
            if (parts(document).TryGetValue(name, out var part))
            {
                return (document, part);
            }
        }

        return null;
    }

    private string Names()
    {
        var names = documents.SelectMany(document => document.Contexts.Keys).Distinct(StringComparer.Ordinal).Take(MostNames).ToList();
        return names.Count == 0 ? "none" : SafeText.Neutralize(string.Join(", ", names));
    }
}
