using System.Net.Http.Headers;
using System.Text;
using k8s.Authentication;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Kubernetes.Configuration;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>Gives the header that a request is authorised by, and renews what expires. Safe for concurrent use.</summary>
internal sealed class ClusterCredentials(ClusterSettings settings, PluginCredential? given, TimeProvider time) : ITokenProvider, IDisposable
{
    private const int LongestToken = 64 * 1024;

    /// <summary>Clusters rotate the token of a service account long before it expires, so a minute is soon enough.</summary>
    private static readonly TimeSpan FileAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim gate = new(1);
    private PluginCredential? fromPlugin = given;
    private (string Token, DateTimeOffset Read)? fromFile;

    /// <summary>Whether another answer may come when these credentials are refused.</summary>
    public bool CanRenew => settings.Plugin is not null || settings.TokenFile is not null;

    /// <summary>Has file and command asked anew at the next request.</summary>
    public void Forget() => (fromPlugin, fromFile) = (null, null);

    /// <inheritdoc/>
    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        if (settings.Login is var (name, password))
        {
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            // Without a token the certificate speaks for itself.
            return await TokenAsync(cancellationToken) is { } token ? new AuthenticationHeaderValue("Bearer", token) : null!;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<string?> TokenAsync(CancellationToken cancellationToken)
    {
        if (settings.Plugin is { } plugin)
        {
            if (fromPlugin is not { } known || known.Expires - Ahead <= time.GetUtcNow())
            {
                fromPlugin = await PluginCredential.AskAsync(plugin, settings.Name, cancellationToken);
            }

            return Checked(fromPlugin?.Token);
        }

        // As kubectl: the file, which is renewed, goes before the token beside it.
        return Checked(settings.TokenFile is { } path ? await FileAsync(path, cancellationToken) : settings.Token);
    }

    private async Task<string> FileAsync(string path, CancellationToken cancellationToken)
    {
        if (fromFile is var (token, read) && time.GetUtcNow() - read < FileAge)
        {
            return token;
        }

        try
        {
            token = Encoding.UTF8.GetString(await BoundedFile.ReadAsync(path, LongestToken, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KubernetesDiagnostics.ConfigurationInvalid.With(settings.Origin, $"the file with the token, '{path}', cannot be read: {e.Message.TrimEnd('.')}").ToException(e);
        }

        fromFile = (token, time.GetUtcNow());
        return token;
    }

    private string? Checked(string? token) => token is null || (token.Length > 0 && token.All(c => c is > ' ' and < '\u007f'))
        ? token
        : throw KubernetesDiagnostics.ConfigurationInvalid.With(settings.Origin, "the token holds characters that no token has, or is empty").ToException();
}
