using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OpenFaaS.Build.Builders.BuildKit.Endpoints;

/// <summary>
/// Which endpoint is a function's own (rendezvous hashing): the same as long as it is there, so that its cache stays warm, and when one goes
/// only its functions move.
/// </summary>
internal static class RendezvousOrder
{
    /// <summary>The endpoints, best first.</summary>
    /// <param name="endpoints">Addresses, in any order.</param>
    /// <param name="key">Identity of the function.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> endpoints, string key)
    {
        var distinct = endpoints.Distinct(StringComparer.Ordinal).ToList();

        // One needs no weight, whose first hash would wait for the library that hashes.
        return distinct.Count < 2 ? distinct : [.. distinct.OrderByDescending(endpoint => Weight(endpoint, key)).ThenBy(endpoint => endpoint, StringComparer.Ordinal)];
    }

    private static ulong Weight(string endpoint, string key) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{endpoint}\n{key}")));
}
