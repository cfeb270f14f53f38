using System.Security.Cryptography;

namespace OpenFaaS.Build.Oci;

/// <summary>A content digest of the OCI image specification, always <c>sha256:</c> with 64 lower-case hex digits.</summary>
public readonly record struct Digest
{
    private const string Prefix = "sha256:";
    private readonly string? value;

    private Digest(string value) => this.value = value;

    /// <summary>The 64 hex digits.</summary>
    public string Hex => ToString()[Prefix.Length..];

    /// <summary>Parses <c>sha256:&lt;64 lower-case hex digits&gt;</c>; anything else is refused.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length != Prefix.Length + 64 || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text.AsSpan(Prefix.Length).ContainsAnyExcept("0123456789abcdef"))
        {
            return false;
        }

        digest = new Digest(text);
        return true;
    }

    /// <summary>Parses a digest that is known to be well formed.</summary>
    /// <exception cref="FormatException">The text is no sha256 digest.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a sha256 digest.");

    /// <summary>The digest of bytes in memory.</summary>
    public static Digest Of(ReadOnlySpan<byte> bytes) => FromHash(SHA256.HashData(bytes));

    /// <summary>The digest from a finished SHA-256 hash (32 bytes).</summary>
    public static Digest FromHash(ReadOnlySpan<byte> hash) => new(Prefix + Convert.ToHexStringLower(hash));

    /// <summary><c>sha256:…</c></summary>
    public override string ToString() => value ?? throw new InvalidOperationException("The digest is not set.");
}
