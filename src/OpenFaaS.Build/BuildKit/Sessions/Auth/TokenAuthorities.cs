using System.Collections.Concurrent;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace OpenFaaS.Build.BuildKit.Sessions.Auth;

/// <summary>
/// Keys by which sessions of this process prove to a daemon that they speak for the same account, so that it may use a token that it got
/// from one of them for another. Nothing of the account goes into them.
/// </summary>
internal sealed class TokenAuthorities
{
    private const int SeedSize = 32;

    private readonly ConcurrentDictionary<string, byte[]> seeds = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The public key of a host under the daemon's salt, 32 bytes.</summary>
    public byte[] PublicKey(string host, ReadOnlySpan<byte> salt) => Key(host, salt).GeneratePublicKey().GetEncoded();

    /// <summary>The signature of a payload, 64 bytes, with the payload after it.</summary>
    public byte[] Sign(string host, ReadOnlySpan<byte> salt, byte[] payload)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, Key(host, salt));
        signer.BlockUpdate(payload, 0, payload.Length);
        return [.. signer.GenerateSignature(), .. payload];
    }

    private Ed25519PrivateKeyParameters Key(string host, ReadOnlySpan<byte> salt) =>
        new(HMACSHA256.HashData(salt, seeds.GetOrAdd(host, static _ => RandomNumberGenerator.GetBytes(SeedSize))));
}
