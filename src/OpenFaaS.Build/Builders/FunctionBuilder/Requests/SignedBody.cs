using System.Security.Cryptography;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Layers;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Requests;

/// <summary>
/// The body of a request with its signature, neither held in memory nor on disk: one pass over the files signs and counts, each further one sends. What would
/// not be what was signed is never sent to its end.
/// </summary>
internal sealed class SignedBody
{
    private const int Buffered = 128 * 1024;

    private readonly RequestArchive archive;
    private readonly PayloadSecret secret;
    private readonly byte[] signature;

    private SignedBody(RequestArchive archive, PayloadSecret secret, byte[] signature, long length) =>
        (this.archive, this.secret, this.signature, Length) = (archive, secret, signature, length);

    /// <summary>Bytes of the body.</summary>
    public long Length { get; }

    /// <summary>Value of the header <c>X-Build-Signature</c>: HMAC-SHA256 of the whole body.</summary>
    public string Signature => "sha256=" + Convert.ToHexStringLower(signature);

    /// <summary>Reads everything once.</summary>
    /// <exception cref="DiagnosticException">A file cannot be read, or has changed since it was found.</exception>
    public static async Task<SignedBody> SignAsync(RequestArchive archive, PayloadSecret secret, CancellationToken cancellationToken)
    {
        using var hash = secret.BeginSignature();
        var counted = new HashingStream(Stream.Null, hash);
        await archive.WriteAsync(counted, cancellationToken);
        await counted.WriteAsync(RequestArchive.End, cancellationToken);
        return new SignedBody(archive, secret, hash.GetHashAndReset(), counted.Length);
    }

    /// <summary>Writes the body.</summary>
    /// <exception cref="DiagnosticException">A file cannot be read, or is not what it was when it was signed.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        using var hash = secret.BeginSignature();
        var buffered = new BufferedStream(output, Buffered);
        var counted = new HashingStream(buffered, hash);
        await archive.WriteAsync(counted, cancellationToken);
        hash.AppendData(RequestArchive.End.Span);
        if (counted.Length + RequestArchive.End.Length != Length || !CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), signature))
        {
            throw RemoteBuilderDiagnostics.ContextChanged.With().ToException();
        }

        await buffered.WriteAsync(RequestArchive.End, cancellationToken);
        await buffered.FlushAsync(cancellationToken);
    }
}
