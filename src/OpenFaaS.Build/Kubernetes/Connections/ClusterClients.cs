using OpenFaaS.Build.Kubernetes.Configuration;

namespace OpenFaaS.Build.Kubernetes.Connections;

/// <summary>
/// Gives the client whose connections show the certificate that requests are authorised by. A connection shows one certificate as long as it lives, so a
/// renewed one gets a client of its own; what is still read of the former's connections goes on to its end. Safe for concurrent use.
/// </summary>
internal sealed class ClusterClients(ClusterSettings settings, ClusterCredentials credentials, ClusterTrust trust) : IDisposable
{
    private readonly Lock gate = new();
    private Lease? current;

    /// <summary>The client for a request, which is disposed by its end.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The certificate cannot be used (OFB2801).</exception>
    public Lease Take(ClusterCredential used)
    {
        lock (gate)
        {
            if (current is null || !current.Shows(used))
            {
                var next = new Lease(ClusterClient.Create(settings, used, credentials, trust), used);
                current?.Dispose();
                current = next;
            }

            return current.Share();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            current?.Dispose();
            current = null;
        }
    }

    /// <summary>A client that is disposed when the last of its users has disposed it.</summary>
    internal sealed class Lease(k8s.Kubernetes client, ClusterCredential shown) : IDisposable
    {
        private int users = 1;

        public k8s.Kubernetes Client => client;

        public bool Shows(ClusterCredential used) => (used.Certificate, used.Key) == (shown.Certificate, shown.Key);

        public Lease Share()
        {
            Interlocked.Increment(ref users);
            return this;
        }

        public void Dispose()
        {
            if (Interlocked.Decrement(ref users) == 0)
            {
                client.Dispose();
            }
        }
    }
}
