using OpenFaaS.Build.Processes;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Kubernetes.Configuration;

/// <summary>The account of a kubeconfig: certificate, token, file with a token, login, or a command that gives them.</summary>
internal sealed class KubeConfigUser(KubeConfigDocument file, YamlObject user, Func<string, string?> environment)
{
    private const string Protocol = "client.authentication.k8s.io/";

    /// <summary>Adds the account to the settings of its cluster.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It cannot be used (OFB2801).</exception>
    public async Task<ClusterSettings> AddToAsync(ClusterSettings settings, CancellationToken cancellationToken)
    {
        if (user.Object("auth-provider") is not null)
        {
            throw KubeConfigReader.Invalid(file, "'auth-provider' is not supported any more, by kubectl neither; 'exec' has taken its place");
        }

        var tokenFile = user.Text("tokenFile")?.Text;
        var (name, password) = (user.Text("username")?.Text, user.Text("password")?.Text);
        return settings with
        {
            Certificate = await KubeConfigReader.PemAsync(file, user, "client-certificate", cancellationToken),
            Key = await KubeConfigReader.PemAsync(file, user, "client-key", cancellationToken),
            Token = user.Text("token")?.Text is { Length: > 0 } token ? token : null,
            TokenFile = string.IsNullOrEmpty(tokenFile) ? null : file.FullPath(tokenFile),
            Login = string.IsNullOrEmpty(name) ? null : (name, password ?? ""),
            Plugin = user.Object("exec") is { } exec ? Plugin(exec) : null,
        };
    }

    private CredentialPlugin Plugin(YamlObject exec)
    {
        var command = exec.Text("command")?.Text ?? "";
        var version = exec.Text("apiVersion")?.Text ?? "";
        if (version is not (Protocol + "v1" or Protocol + "v1beta1"))
        {
            throw KubeConfigReader.Invalid(file, $"the version '{version}' of 'exec' is not supported: v1 and v1beta1 are");
        }

        // A name alone is looked for in PATH, anything else is relative to the file: kubectl's rule.
        var program = command.AsSpan().IndexOfAny('/', '\\') < 0 ? ToolPath.Find(command, environment) : file.FullPath(command);
        if (command.Length == 0 || program is null)
        {
            throw KubeConfigReader.Invalid(file, $"the command '{command}' of 'exec' is in no folder of PATH");
        }

        var variables = exec.Objects("env")
            .Where(entry => entry.Text("name") is not null)
            .GroupBy(entry => entry.Text("name")!.Text, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, string? (group) => group.Last().Text("value")?.Text ?? "", StringComparer.Ordinal);
        return new CredentialPlugin(program, [.. exec.Texts("args").Select(text => text.Text)], WithInput(variables, version), version);
    }

    private static Dictionary<string, string?> WithInput(Dictionary<string, string?> variables, string version)
    {
        variables["KUBERNETES_EXEC_INFO"] = $$$"""{"apiVersion":"{{{version}}}","kind":"ExecCredential","spec":{"interactive":false}}""";
        return variables;
    }
}
