using System.Net.Http.Headers;
using System.Text;
using k8s.Authentication;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Kubernetes.Configuration;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>Keeps what requests are authorised by, and renews what expires. Safe for concurrent use: those who wait for a renewal share it.</summary>
internal sealed class ClusterCredentials : ITokenProvider, IDisposable
{
    private const int LongestToken = 64 * 1024;

    /// <summary>Clusters rotate the token of a service account long before it expires, so a minute is soon enough.</summary>
    private static readonly TimeSpan FileAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);

    /// <summary>A command that gives what has expired already is not run for every request all the same.</summary>
    private static readonly TimeSpan ShortestAge = TimeSpan.FromSeconds(5);
    private readonly ClusterSettings settings;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim gate = new(1);
    private ClusterCredential? held;

    /// <param name="settings">The account.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DiagnosticException">The token is none (OFB2801).</exception>
    public ClusterCredentials(ClusterSettings settings, TimeProvider time)
    {
        (this.settings, this.time) = (settings, time);
        held = CanRenew ? null : new ClusterCredential(Checked(settings.Token), settings.Certificate, settings.Key, null);
    }

    /// <summary>Whether another answer may come when these credentials are refused.</summary>
    public bool CanRenew => settings.Plugin is not null || settings.TokenFile is not null;

    /// <summary>What the next request is to be authorised by.</summary>
    /// <exception cref="DiagnosticException">The command failed (OFB2803), or the file with the token cannot be used (OFB2801).</exception>
    public async ValueTask<ClusterCredential> CurrentAsync(CancellationToken cancellationToken)
    {
        if (Usable() is { } known)
        {
            return known;
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have renewed it meanwhile.
            if (Usable() is { } renewed)
            {
                return renewed;
            }

            var next = settings.Plugin is { } plugin ? Of(await PluginCredential.AskAsync(plugin, settings.Name, cancellationToken)) : await OfFileAsync(cancellationToken);
            Volatile.Write(ref held, next);
            return next;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Has file or command asked anew at the next request, since what they gave was refused.</summary>
    /// <param name="used">What was refused.</param>
    /// <returns>False where it is not in use any more, so that the refusal says nothing of what is.</returns>
    public bool Forget(ClusterCredential used) => ReferenceEquals(Interlocked.CompareExchange(ref held, null, used), used);

    /// <inheritdoc/>
    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        if (settings.Login is var (name, password))
        {
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        }

        // Without a token the certificate speaks for itself.
        return (await CurrentAsync(cancellationToken)).Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null!;
    }

    public void Dispose() => gate.Dispose();

    private ClusterCredential? Usable() => Volatile.Read(ref held) is { } known && (known.Until is not { } until || time.GetUtcNow() < until) ? known : null;

    private ClusterCredential Of(PluginCredential given)
    {
        var (soonest, end) = (time.GetUtcNow() + ShortestAge, given.Expires - Ahead);
        var (certificate, key) = given is { Certificate: not null, Key: not null } ? (given.Certificate, given.Key) : (settings.Certificate, settings.Key);
        return new ClusterCredential(Checked(given.Token), certificate, key, end < soonest ? soonest : end);
    }

    // As kubectl: the file, which is renewed, goes before the token beside it.
    private async Task<ClusterCredential> OfFileAsync(CancellationToken cancellationToken)
    {
        var path = settings.TokenFile!;
        try
        {
            var token = Encoding.UTF8.GetString(await BoundedFile.ReadAsync(path, LongestToken, cancellationToken)).Trim();
            return new ClusterCredential(Checked(token), settings.Certificate, settings.Key, time.GetUtcNow() + FileAge);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KubernetesDiagnostics.ConfigurationInvalid.With(settings.Origin, $"the file with the token, '{path}', cannot be read: {e.Message.TrimEnd('.')}").ToException(e);
        }
    }

    private string? Checked(string? token) => token is null || (token.Length > 0 && token.All(c => c is > ' ' and < '\u007f'))
        ? token
        : throw KubernetesDiagnostics.ConfigurationInvalid.With(settings.Origin, "the token holds characters that no token has, or is empty").ToException();
}
