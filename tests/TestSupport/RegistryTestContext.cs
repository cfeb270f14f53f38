using System.Security.Cryptography;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Connections for a test: its own environment, log and clock, nothing of the machine's.</summary>
public sealed class RegistryTestContext : IDisposable
{
    /// <summary>Creates connections.</summary>
    public RegistryTestContext(Func<RegistryOptions, RegistryOptions>? change = null, params (string Name, string Value)[] environment)
    {
        var variables = environment.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
        var options = new RegistryOptions { Log = Log, Time = Time, Environment = name => variables.GetValueOrDefault(name) };
        Connections = new RegistryConnections(change?.Invoke(options) ?? options);
    }

    public RecordingLog Log { get; } = new();

    public ImpatientTime Time { get; } = new();

    public RegistryConnections Connections { get; }

    /// <summary>A blob of pseudo-random bytes: the same for the same seed.</summary>
    public static (Descriptor Descriptor, byte[] Bytes) Blob(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return (new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = Digest.FromHash(SHA256.HashData(bytes)), Size = size }, bytes);
    }

    public void Dispose() => Connections.Dispose();
}
