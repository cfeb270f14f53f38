using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>The SHA-256 of a file's content.</summary>
internal delegate ReadOnlySpan<byte> ContentHash(ContextEntry entry);

/// <summary>
/// Times with a part of the content's hash in them: another content has another time, whatever the disk says, and the same content has the same time on every
/// machine. A file's extended attributes count as its content, since a daemon does not compare them. Folders, links and special files have the base time.
/// </summary>
internal sealed class HashedTimes : ContentTimes
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private readonly ContentHash hash;
    private readonly long baseSeconds;
    private readonly bool preserve;

    private HashedTimes(ContentHash hash, long baseSeconds, bool preserve) => (this.hash, this.baseSeconds, this.preserve) = (hash, baseSeconds, preserve);

    /// <summary>For contexts without times: seconds are the base and up to 18 hours, nanoseconds any.</summary>
    /// <param name="hash">The hash of a file.</param>
    /// <param name="baseSeconds">Seconds since the Unix epoch.</param>
    public static HashedTimes Normalized(ContentHash hash, long baseSeconds) => new(hash, baseSeconds, preserve: false);

    /// <summary>For contexts that are kept as on disk: whole seconds are those of the entry, nanoseconds are from the hash.</summary>
    /// <param name="hash">The hash of a file.</param>
    /// <param name="baseSeconds">Seconds since the Unix epoch for entries without a time.</param>
    public static HashedTimes Preserved(ContentHash hash, long baseSeconds) => new(hash, baseSeconds, preserve: true);

    /// <summary>Hashes the content of an entry, for files that are in no set: a Dockerfile in memory.</summary>
    public static ReadOnlySpan<byte> HashOf(ContextEntry entry)
    {
        using var stream = entry.Content!.Open();
        return SHA256.HashData(stream);
    }

    /// <inheritdoc/>
    public override long Of(ContextEntry entry)
    {
        var isKept = preserve && entry.Modified != 0;
        if (entry is not { Kind: EntryKind.File, Content: not null })
        {
            return isKept ? entry.Modified : baseSeconds * NanosecondsPerSecond;
        }

        var bytes = entry.Xattrs.Count == 0 ? hash(entry) : WithAttributes(hash(entry), entry);
        var nanoseconds = ((BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]) >> 2) * NanosecondsPerSecond) >> 30;
        var seconds = isKept ? Math.DivRem(entry.Modified, NanosecondsPerSecond) is var (whole, rest) && rest < 0 ? whole - 1 : whole
            : baseSeconds + BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return (seconds * NanosecondsPerSecond) + nanoseconds;
    }

    private static ReadOnlySpan<byte> WithAttributes(ReadOnlySpan<byte> content, ContextEntry entry)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(content);
        foreach (var (name, value) in entry.Xattrs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            all.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\0{value.Length}\0")));
            all.AppendData(value);
        }

        return all.GetHashAndReset();
    }
}
