using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>Finds the credentials for a repository: environment variables, then the configurations of docker and podman, in each the helper before the entry.</summary>
internal sealed class CredentialSource(RegistryOptions options)
{
    private readonly Lazy<Task<IReadOnlyList<DockerConfigFile>>> files = new(() => CredentialFiles.ReadAsync(options, CancellationToken.None));

    /// <summary>The credentials, or null for none.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A configuration cannot be read, or a helper fails.</exception>
    public async Task<RegistryCredential?> FindAsync(string registry, string repository, RegistryAccess access, CancellationToken cancellationToken)
    {
        if (FromEnvironment(registry, access) is { } given)
        {
            return given;
        }

        foreach (var file in await files.Value.WaitAsync(cancellationToken))
        {
            if (file.Helper(registry) is { } helper)
            {
                var server = registry == ImageReference.DockerHub ? "https://index.docker.io/v1/" : registry;
                var kept = await CredentialHelper.GetAsync(helper.Name, server, options, cancellationToken);
                if (kept is not null || helper.Exclusive)
                {
                    return kept;
                }
            }

            if (file.Find(registry, repository) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    // The variables name no registry, so they are for the registries that the user named: a template's base image must not get them.
    private RegistryCredential? FromEnvironment(string registry, RegistryAccess access)
    {
        var isOutput = Is(options.OutputRegistry, registry);
        string[] names = access == RegistryAccess.Push
            ? isOutput ? ["DOTNET_CONTAINER_PUSH_REGISTRY", "DOTNET_CONTAINER_REGISTRY", "SDK_CONTAINER_REGISTRY"] : []
            : [
                .. isOutput || Is(options.BaseRegistry, registry) ? new[] { "DOTNET_CONTAINER_PULL_REGISTRY" } : [],
                .. isOutput ? new[] { "DOTNET_CONTAINER_REGISTRY", "SDK_CONTAINER_REGISTRY" } : [],
            ];
        foreach (var name in names)
        {
            if (options.Environment(name + "_UNAME") is { Length: > 0 } username && options.Environment(name + "_PWORD") is { Length: > 0 } password)
            {
                return RegistryCredential.From(username, password, $"the environment variables {name}_UNAME and {name}_PWORD");
            }
        }

        return null;
    }

    private static bool Is(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
