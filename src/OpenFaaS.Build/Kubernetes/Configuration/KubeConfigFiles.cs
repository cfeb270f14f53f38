using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Kubernetes.Configuration;

/// <summary>Finds how a cluster is reached: the files of <c>KUBECONFIG</c>, else <c>~/.kube/config</c>, else the pod's own service account.</summary>
internal static class KubeConfigFiles
{
    private const int LongestFile = 1 << 20;
    private const int MostFiles = 32;

    /// <summary>The settings of a context.</summary>
    /// <param name="context">Name of the context; null for the current one.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">There is no cluster (OFB2800), the file cannot be used (OFB2801) or has no such context (OFB2802).</exception>
    public static async Task<ClusterSettings> FindAsync(string? context, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var (paths, tried) = Places(environment);
        var documents = new List<KubeConfigDocument>();
        foreach (var path in paths.Take(MostFiles))
        {
            if (await ReadAsync(path, cancellationToken) is { } text)
            {
                documents.Add(KubeConfigDocument.Parse(path, text));
            }
        }

        if (documents.Count > 0)
        {
            return await new KubeConfigReader(documents, environment).SettingsAsync(context, cancellationToken);
        }

        return await InClusterAccount.FindAsync(environment, cancellationToken)
            ?? throw KubernetesDiagnostics.NoConfiguration.With($"{tried}; the pod's service account").ToException();
    }

    /// <summary>A file of the kubeconfig as text, for certificates and keys.</summary>
    /// <exception cref="DiagnosticException">It cannot be read (OFB2801).</exception>
    public static async Task<string> ReadReferencedAsync(string path, string from, CancellationToken cancellationToken) =>
        await ReadAsync(path, cancellationToken) ?? throw KubernetesDiagnostics.ConfigurationInvalid.With(from, $"the file '{path}' that it names is not there").ToException();

    private static async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Encoding.UTF8.GetString(await BoundedFile.ReadAsync(path, LongestFile, cancellationToken));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KubernetesDiagnostics.ConfigurationInvalid.With(path, e.Message.TrimEnd('.')).ToException(e);
        }
    }

    // As kubectl does: the variable, where it is set, replaces the usual place, and files that are not there are left out.
    private static (IReadOnlyList<string> Paths, string Tried) Places(Func<string, string?> environment)
    {
        if (environment("KUBECONFIG") is { Length: > 0 } list)
        {
            return ([.. list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(Path.IsPathFullyQualified)], $"KUBECONFIG ({list})");
        }

        var home = environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
        return home is { Length: > 0 } && Path.IsPathFullyQualified(home)
            ? ([Path.Combine(home, ".kube", "config")], Path.Combine(home, ".kube", "config"))
            : ([], "KUBECONFIG and HOME, which are not set");
    }
}
