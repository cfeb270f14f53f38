using System.Globalization;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>A build as arguments of <c>podman build</c> and <c>buildah build</c>. Values of build arguments are not among them: everybody on the machine can read arguments.</summary>
internal static class BuildArguments
{
    // What steers the command itself cannot be given to it as a build argument's value; none of these is a secret.
    private static readonly string[] OwnNames = ["PATH", "HOME", "USER", "TMPDIR", "LANG", "GODEBUG", "GOMAXPROCS", "REGISTRY_AUTH_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSH_AUTH_SOCK"];
    private static readonly string[] OwnPrefixes = ["LD_", "LC_", "XDG_", "BUILDAH_", "CONTAINERS_", "CONTAINER_", "STORAGE_", "DOCKER_", "PODMAN_", "REGISTRIES_"];

    /// <param name="kind">The command.</param>
    /// <param name="function">The function.</param>
    /// <param name="platform">The platform of this run.</param>
    /// <param name="inputs">What is handed over as files.</param>
    /// <param name="idFile">Full path of the file that gets the image's id.</param>
    /// <param name="noCache">Whether nothing of earlier builds is used.</param>
    public static IReadOnlyList<string> Of(CommandKind kind, FunctionModel function, Platform platform, CommandInputs inputs, string idFile, bool noCache)
    {
        var (builder, image) = (function.Builder, function.Image);
        var isOci = inputs.Format == ImageFormat.Oci;
        List<string> list =
        [
            "build", "--layers", "--force-rm", "--identity-label=false",
            "--file", inputs.Context.Dockerfile, "--ignorefile", inputs.Context.IgnoreFile, "--iidfile", idFile, "--authfile", inputs.AuthFile,
            "--platform", platform.ToString(), "--format", isOci ? "oci" : "docker", "--pull=" + Pull(builder.Pull),
            .. kind.IsolationArguments(builder.Engine),
        ];
        AddIf(noCache, "--no-cache");
        AddIf(inputs.IsPlain, "--tls-verify=false");
        Add("--target", builder.Target);
        Add("--timestamp", inputs.Timestamp?.ToString(CultureInfo.InvariantCulture));
        Add("--network", builder.Steps.Network is "default" ? null : builder.Steps.Network);
        AddAll("--build-arg", inputs.Arguments.Select(argument => IsOwn(argument.Key) ? $"{argument.Key}={argument.Value}" : argument.Key));
        AddAll("--label", image.Labels.Select(label => $"{label.Key}={label.Value}"));
        AddAll("--annotation", isOci ? image.Annotations.Select(annotation => $"{annotation.Key}={annotation.Value}") : []);
        AddAll("--secret", inputs.Secrets.Select(secret => $"id={secret.Key},src={secret.Value}"));
        AddAll("--ssh", inputs.SshAgents.Select(agent => $"{agent.Key}={agent.Value}"));
        AddAll("--cache-from", inputs.Caches.From.Select(cache => cache.Name));
        AddAll("--cache-to", inputs.Caches.To.Select(cache => cache.Name));
        AddAll("--build-context", inputs.Contexts.Select(context => $"{context.Key}={context.Value}"));
        AddAll("--add-host", builder.Steps.Hosts.Select(host => $"{host.Name}:{host.Source}"));
        AddAll("--ulimit", inputs.Mark is { } mark ? [.. builder.Steps.Ulimits, mark.Ulimit] : builder.Steps.Ulimits);
        list.Add(inputs.Context.Folder);
        return list;

        void AddIf(bool isAsked, string option)
        {
            if (isAsked)
            {
                list.Add(option);
            }
        }

        void Add(string option, string? value)
        {
            if (value is not null)
            {
                list.AddRange([option, value]);
            }
        }

        void AddAll(string option, IEnumerable<string> values)
        {
            foreach (var value in values)
            {
                list.AddRange([option, value]);
            }
        }
    }

    /// <summary>Values of build arguments as variables of the command.</summary>
    public static IReadOnlyDictionary<string, string?> Variables(IReadOnlyDictionary<string, string> arguments) =>
        arguments.Where(argument => !IsOwn(argument.Key)).ToDictionary(argument => argument.Key, argument => (string?)argument.Value, StringComparer.Ordinal);

    private static bool IsOwn(string name) => OwnNames.Contains(name, StringComparer.Ordinal) || OwnPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static string Pull(PullPolicy pull) => pull switch
    {
        PullPolicy.Always => "always",
        PullPolicy.Never => "never",
        _ => "missing",
    };
}
