using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>The secrets of a build, read from the places that name them. Printing it gives no value.</summary>
internal sealed class SecretReferences
{
    /// <summary>Bytes of a secret that BuildKit takes.</summary>
    public const int Longest = 500 * 1024;

    private readonly Dictionary<string, byte[]> values = new(StringComparer.Ordinal);

    private SecretReferences()
    {
    }

    /// <summary>Reads all secrets, as they are to the byte.</summary>
    /// <param name="sources">By id: <c>file:PATH</c> with a full path, or <c>env:NAME</c>.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">A source is malformed, is not there, or is too large.</exception>
    public static async Task<SecretReferences> ReadAsync(IReadOnlyDictionary<string, string> sources, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var secrets = new SecretReferences();
        foreach (var (id, source) in sources)
        {
            secrets.values.Add(id, source.Split(':', 2) switch
            {
                ["file", { Length: > 0 } path] => await ReadFileAsync(id, path, cancellationToken),
                ["env", { Length: > 0 } name] => ReadVariable(id, name, environment),

                // What stands there may be the secret itself, so it is not repeated.
                _ => throw BuildKitSessionDiagnostics.SecretSource.With(id).ToException(),
            });
        }

        return secrets;
    }

    /// <summary>The value of a secret; null for an id that is not this build's.</summary>
    public Task<byte[]?> GetAsync(string id, CancellationToken cancellationToken) => Task.FromResult(values.GetValueOrDefault(id));

    private static async Task<byte[]> ReadFileAsync(string id, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedFile.ReadAsync(path, Longest, cancellationToken);
        }
        catch (FileNotFoundException e)
        {
            throw Missing(id, $"'{path}'", "there is no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Missing(id, $"'{path}'", e.Message.TrimEnd('.'), e);
        }
    }

    private static byte[] ReadVariable(string id, string name, Func<string, string?> environment)
    {
        var value = Encoding.UTF8.GetBytes(environment(name) ?? throw Missing(id, $"the environment variable '{name}'", "it is not set"));
        return value.Length <= Longest ? value : throw BuildKitSessionDiagnostics.SecretTooLarge.With(id, Longest).ToException();
    }

    private static DiagnosticException Missing(string id, string place, string reason, Exception? inner = null) =>
        BuildKitSessionDiagnostics.SecretMissing.With(id, place, reason).ToException(inner);
}
