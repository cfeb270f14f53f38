using System.Diagnostics.CodeAnalysis;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Kubernetes;

/// <summary>
/// Whether this program holds the client of clusters. The worker compiled to native code does not: it would be half as large again and take minutes more to
/// compile, for builds that last far longer than the start of the portable one.
/// </summary>
public static class ClusterSupport
{
    private const string Switch = "OpenFaaS.Build.Kubernetes.ClusterSupport.IsAvailable";
    private static readonly string[] Schemes = ["kube-pod://", "kube-deployment://"];

    /// <summary>False in a program that was published with the switch off, where the client is trimmed away.</summary>
    [FeatureSwitchDefinition(Switch)]
    public static bool IsAvailable => !AppContext.TryGetSwitch(Switch, out var isOn) || isOn;

    /// <summary>Whether a request leads to a cluster.</summary>
    /// <param name="request">The request.</param>
    /// <param name="environment">Environment variables by name.</param>
    public static bool IsNeededFor(BuildRequest request, Func<string, string?> environment) =>
        string.Equals(Value(request, "KanikoRunner"), "kubernetes", StringComparison.OrdinalIgnoreCase)
        || Schemes.Any(scheme => $"{Value(request, "ContainerBuilderEndpoint")};{environment("BUILDKIT_HOST")}".Contains(scheme, StringComparison.OrdinalIgnoreCase));

    private static string? Value(BuildRequest request, string property) => request.Properties.GetValueOrDefault(property)?.Trim();
}
