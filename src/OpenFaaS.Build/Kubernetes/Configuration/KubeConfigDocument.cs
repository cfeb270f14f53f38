using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Kubernetes.Configuration;

/// <summary>One file of the kubeconfig, read into its named parts; unknown keys are left alone, as kubectl does.</summary>
internal sealed class KubeConfigDocument
{
    private static readonly YamlLimits Limits = new(Nodes: 100_000);

    private KubeConfigDocument(string path, YamlObject root, YamlProblems problems)
    {
        File = path;
        CurrentContext = root.Text("current-context")?.Text is { Length: > 0 } name ? name : null;
        Contexts = Named(root, "contexts", "context");
        Clusters = Named(root, "clusters", "cluster");
        Users = Named(root, "users", "user");
        Problems = problems;
    }

    /// <summary>Full path of the file; paths in it are relative to its folder.</summary>
    public string File { get; }

    public string? CurrentContext { get; }

    public IReadOnlyDictionary<string, YamlObject> Contexts { get; }

    public IReadOnlyDictionary<string, YamlObject> Clusters { get; }

    public IReadOnlyDictionary<string, YamlObject> Users { get; }

    /// <summary>Where problems of its parts go.</summary>
    public YamlProblems Problems { get; }

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="DiagnosticException">It is no kubeconfig (OFB2801).</exception>
    public static KubeConfigDocument Parse(string path, string text)
    {
        var problems = new YamlProblems(path, KubernetesDiagnostics.ConfigurationInvalid);
        var node = YamlReader.Read(new YamlText(path, text.TrimStart('\uFEFF')), KubernetesDiagnostics.ConfigurationInvalid, Limits);
        var document = new KubeConfigDocument(path, new YamlObject(node, "", problems), problems);
        problems.ThrowIfAny();
        return document;
    }

    /// <summary>A full path of what a key names, relative to the file's folder.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Path.GetDirectoryName(File)!);

    // The first of a name wins, as between files.
    private static Dictionary<string, YamlObject> Named(YamlObject root, string list, string part)
    {
        var named = new Dictionary<string, YamlObject>(StringComparer.Ordinal);
        foreach (var item in root.Objects(list))
        {
            if (item.Text("name")?.Text is { Length: > 0 } name && item.Object(part) is { } value)
            {
                named.TryAdd(name, value);
            }
        }

        return named;
    }
}
