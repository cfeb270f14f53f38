using System.Text;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>The configurations with credentials, in the order in which they are asked.</summary>
internal static class CredentialFiles
{
    /// <summary>Reads <c>REGISTRY_AUTH_FILE</c>, <c>DOCKER_AUTH_CONFIG</c>, docker's <c>config.json</c> and podman's <c>auth.json</c>, as far as they exist.</summary>
    /// <exception cref="DiagnosticException">A file exists and cannot be read.</exception>
    public static async Task<IReadOnlyList<DockerConfigFile>> ReadAsync(RegistryOptions options, CancellationToken cancellationToken)
    {
        List<DockerConfigFile> files = [];
        if (options.Environment("DOCKER_AUTH_CONFIG") is { Length: > 0 } inline)
        {
            files.Add(DockerConfigFile.Parse(Encoding.UTF8.GetBytes(inline), "the environment variable DOCKER_AUTH_CONFIG"));
        }

        foreach (var path in Paths(options.Environment).Where(File.Exists))
        {
            files.Add(DockerConfigFile.Parse(await ReadAsync(path, options.Limits.TextBytes, cancellationToken), $"'{path}'"));
        }

        return files;
    }

    private static IEnumerable<string> Paths(Func<string, string?> environment)
    {
        if (environment("REGISTRY_AUTH_FILE") is { Length: > 0 } chosen)
        {
            yield return chosen;
        }

        var home = environment("HOME") ?? environment("USERPROFILE");
        if (environment("DOCKER_CONFIG") is { Length: > 0 } folder)
        {
            yield return Path.Combine(folder, "config.json");
        }
        else if (!string.IsNullOrEmpty(home))
        {
            yield return Path.Combine(home, ".docker", "config.json");
        }

        if (environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
        {
            yield return Path.Combine(runtime, "containers", "auth.json");
        }

        if (!string.IsNullOrEmpty(home))
        {
            yield return Path.Combine(environment("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : Path.Combine(home, ".config"), "containers", "auth.json");
        }
    }

    private static async Task<byte[]> ReadAsync(string path, int limit, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[limit + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return length <= limit
                ? buffer[..length]
                : throw RegistryDiagnostics.MalformedCredentials.With($"'{path}'", $"it is larger than {limit} bytes").ToException();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RegistryDiagnostics.MalformedCredentials.With($"'{path}'", e.Message.TrimEnd('.')).ToException(e);
        }
    }
}
