using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Pods;

/// <summary>A daemon in a pod of a cluster, or in any ready pod of a Deployment.</summary>
/// <param name="IsDeployment">Whether the name is that of a Deployment.</param>
/// <param name="Name">Name of pod or Deployment: lower-case letters, digits, <c>-</c> and <c>.</c>, so it can stand in the path of a request.</param>
internal sealed record PodAddress(bool IsDeployment, string Name)
{
    /// <summary>The form of a Deployment.</summary>
    public const string DeploymentScheme = "kube-deployment";

    private const string PodScheme = "kube-pod";
    private const int Longest = 1024;

    /// <summary>The namespace; null for the context's.</summary>
    public string? Namespace { get; init; }

    /// <summary>The kubeconfig's context; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The container of the pod; null for its first.</summary>
    public string? Container { get; init; }

    /// <summary>Whether an address is one of a Deployment.</summary>
    public static bool NamesDeployment(string text) => text.StartsWith(DeploymentScheme + "://", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString()
    {
        var options = new (string Name, string? Value)[] { ("namespace", Namespace), ("context", Context), ("container", Container) }
            .Where(option => option.Value is not null)
            .Select(option => $"{option.Name}={Uri.EscapeDataString(option.Value!)}");
        var query = string.Join('&', options);
        return $"{(IsDeployment ? DeploymentScheme : PodScheme)}://{Name}{(query.Length > 0 ? "?" : "")}{query}";
    }

    /// <summary>Reads <c>kube-pod://POD?namespace=N&amp;context=C&amp;container=K</c> or the same with <c>kube-deployment://</c>; all options may be left out.</summary>
    /// <exception cref="DiagnosticException">It has another form, an unknown option, or a name that no object has (OFB2815).</exception>
    public static PodAddress Parse(string text)
    {
        var isDeployment = NamesDeployment(text);
        if ((!isDeployment && !text.StartsWith(PodScheme + "://", StringComparison.OrdinalIgnoreCase)) || text.Length > Longest)
        {
            throw Invalid(text, $"it names neither pod nor Deployment, or has more than {Longest} characters");
        }

        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var name = (query < 0 ? rest : rest[..query]).TrimEnd('/');
        var address = new PodAddress(isDeployment, IsName(name, 253, "-.") ? name : throw Invalid(text, "that is no name of a pod or Deployment"));
        return query < 0 ? address : rest[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Aggregate(address, (so, option) => So(so, option, text));
    }

    private static PodAddress So(PodAddress address, string option, string text)
    {
        var (name, value) = option.Split('=', 2) is [var key, var raw] ? (key, Uri.UnescapeDataString(raw)) : (option, "");
        return name switch
        {
            "namespace" => address with { Namespace = IsName(value, 63, "-") ? value : throw Invalid(text, "that is no name of a namespace") },
            "container" => address with { Container = IsName(value, 63, "-") ? value : throw Invalid(text, "that is no name of a container") },
            "context" => address with { Context = value.Length > 0 && !value.Any(char.IsControl) ? value : throw Invalid(text, "that is no name of a context") },
            _ => throw Invalid(text, $"the option '{name}' is not known: namespace, context and container are"),
        };
    }

    private static bool IsName(string name, int longest, string others) =>
        name.Length > 0 && name.Length <= longest && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || others.Contains(c, StringComparison.Ordinal));

    private static DiagnosticException Invalid(string text, string problem) =>
        KubernetesDiagnostics.AddressInvalid.With(SafeText.Neutralize(text), SafeText.Neutralize(problem)).ToException();
}
