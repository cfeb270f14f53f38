using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry;

/// <summary>Finds a registry's address: https, or plain http for loopback hosts and listed registries that do not speak TLS.</summary>
internal sealed class EndpointResolver(string registry, RegistryOptions options, HttpSender http) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private Uri? found;

    /// <summary>The address up to the host and port.</summary>
    /// <exception cref="TransientRegistryException">The registry does not answer.</exception>
    /// <exception cref="DiagnosticException">Its certificate is not trusted.</exception>
    public async Task<Uri> ResolveAsync(CancellationToken cancellationToken)
    {
        if (found is not null)
        {
            return found;
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            return found ??= await ProbeAsync(cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private async Task<Uri> ProbeAsync(CancellationToken cancellationToken)
    {
        var host = registry == ImageReference.DockerHub ? "registry-1.docker.io" : registry;
        var secure = new Uri($"https://{host}/");
        if (!AddressPolicy.IsLoopback(secure) && !IsListed(registry))
        {
            return secure;
        }

        try
        {
            using var answer = await http.SendAsync(new HttpCall(HttpMethod.Get, new Uri(secure, "/v2/"), registry, "the first request"), cancellationToken);
            return secure;
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Descriptor == RegistryDiagnostics.NotTls)
        {
            return new Uri($"http://{host}/");
        }
        catch (TransientRegistryException e) when (e.InHandshake)
        {
            // A server that ends the connection at the first TLS record speaks something else.
            return new Uri($"http://{host}/");
        }
    }

    private bool IsListed(string name) => options.InsecureRegistries.Concat(RegistryVariables.InsecureRegistries(options.Environment)).Any(listed =>
    {
        var separator = listed.IndexOf("://", StringComparison.Ordinal);
        var plain = (separator < 0 ? listed : listed[(separator + 3)..]).TrimEnd('/');
        return plain.Equals(name, StringComparison.OrdinalIgnoreCase);
    });
}
