using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Kubernetes.Configuration;

/// <summary>Finds how a cluster is reached: the files of <c>KUBECONFIG</c>, else <c>~/.kube/config</c>, else the pod's own service account.</summary>
internal static class KubeConfigFiles
{
    private const int LongestFile = 1 << 20;
    private const int MostFiles = 32;

    /// <summary>The settings of a context.</summary>
    /// <param name="context">Name of the context; null for the current one.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="account">Where a pod's service account is mounted, <see cref="InClusterAccount.Folder"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">There is no cluster (OFB2800), the file cannot be used (OFB2801) or has no such context (OFB2802).</exception>
    public static async Task<ClusterSettings> FindAsync(string? context, Func<string, string?> environment, string account, CancellationToken cancellationToken)
    {
        var list = environment("KUBECONFIG") ?? "";
        var paths = list.Length > 0 ? Listed(list) : UsualPlace(environment);
        var documents = new List<KubeConfigDocument>();
        foreach (var path in paths)
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

        // Who names files or a context means a certain cluster, which need not be the one that the build runs in.
        if (list.Length > 0)
        {
            throw KubernetesDiagnostics.NoConfiguration.With($"KUBECONFIG ({SafeText.Neutralize(list)}), which names no file that is there").ToException();
        }

        var tried = paths.Count > 0 ? paths[0] : "KUBECONFIG and HOME, which are not set";
        if (context is not null)
        {
            throw KubernetesDiagnostics.NoConfiguration.With($"{tried}, for the context '{SafeText.Neutralize(context)}'").ToException();
        }

        return await InClusterAccount.FindAsync(environment, account, cancellationToken)
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

    // As with kubectl the variable, where it is set, replaces the usual place, and files of it that are not there are left out.
    private static List<string> Listed(string list)
    {
        var paths = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToList();
        if (paths.Find(path => !Path.IsPathFullyQualified(path)) is { } relative)
        {
            // It is relative to the folder of the user's shell, while a publish runs in that of the project.
            throw KubernetesDiagnostics.ConfigurationInvalid
                .With(SafeText.Neutralize(relative), "KUBECONFIG has to name it by its full path, since a publish does not know the folder that it is relative to").ToException();
        }

        return paths.Count <= MostFiles
            ? paths
            : throw KubernetesDiagnostics.ConfigurationInvalid.With(SafeText.Neutralize(paths[MostFiles]), $"KUBECONFIG names more than {MostFiles} files").ToException();
    }

    private static List<string> UsualPlace(Func<string, string?> environment) =>
        environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") is { Length: > 0 } home && Path.IsPathFullyQualified(home) ? [Path.Combine(home, ".kube", "config")] : [];
}
