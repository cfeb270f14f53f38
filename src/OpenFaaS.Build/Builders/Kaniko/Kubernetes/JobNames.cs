using System.Security.Cryptography;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>Names and labels of what one build puts into a cluster. No two builds share any.</summary>
internal sealed class JobNames
{
    /// <summary>Label that tells whose objects these are.</summary>
    public const string OwnerLabel = "app.kubernetes.io/managed-by";

    /// <summary>Value of <see cref="OwnerLabel"/>.</summary>
    public const string Owner = "OpenFaaS.Build.Sdk";

    private const string IdLabel = "openfaas.build/id";
    private const string FunctionLabel = "openfaas.build/function";

    /// <summary>Characters of the function's name: the pod's own name adds some more to the Job's, and is a label too.</summary>
    private const int LongestPart = 40;

    public JobNames(FunctionModel function)
    {
        var id = RandomNumberGenerator.GetHexString(10, lowercase: true);
        var part = function.Name.Value.Length > LongestPart ? function.Name.Value[..LongestPart] : function.Name.Value;
        Name = $"kaniko-{part.TrimEnd('-')}-{id}";
        Selector = $"{IdLabel}={id}";
        Labels = new Dictionary<string, string>(function.Builder.Engine.Kaniko.Pod.Labels, StringComparer.Ordinal)
        {
            [OwnerLabel] = Owner,
            ["app.kubernetes.io/name"] = "kaniko",
            [FunctionLabel] = function.Name.Value,
            [IdLabel] = id,
        };
    }

    /// <summary>Name of Job, Secret and ConfigMap.</summary>
    public string Name { get; }

    /// <summary>Finds the build's pod.</summary>
    public string Selector { get; }

    /// <summary>Labels of all of them.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; }
}
