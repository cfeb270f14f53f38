using System.Collections;
using System.Text;

namespace OpenFaaS.Build.Context;

/// <summary>An immutable set of entries, unique by path and sorted by the bytes of the UTF-8 path. A build context is one; nothing of it need be on disk.</summary>
public sealed class FileSet : IReadOnlyList<ContextEntry>
{
    private readonly ContextEntry[] entries;
    private readonly Dictionary<string, int> byPath;
    private ContentHashes? hashes;

    /// <summary>Sorts and indexes <paramref name="entries"/> and leads hard links to the first of their names; two entries of one path are an error of the caller.</summary>
    public FileSet(IEnumerable<ContextEntry> entries)
    {
        this.entries = [.. entries];
        Array.Sort(this.entries, static (a, b) => ComparePaths(a.Path, b.Path));
        HardLinks.Resolve(this.entries);
        byPath = new Dictionary<string, int>(this.entries.Length, StringComparer.Ordinal);
        for (var i = 0; i < this.entries.Length; i++)
        {
            byPath.Add(this.entries[i].Path, i);
        }
    }

    /// <summary>The set without entries.</summary>
    public static FileSet Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => entries.Length;

    /// <inheritdoc/>
    public ContextEntry this[int index] => entries[index];

    /// <summary>The entry at a path, or null.</summary>
    public ContextEntry? Find(string path) => byPath.TryGetValue(path, out var index) ? entries[index] : null;

    /// <summary>The position of the entry at a path, or -1.</summary>
    public int IndexOf(string path) => byPath.GetValueOrDefault(path, -1);

    /// <summary>The hashes of all files, each read when it is first asked for.</summary>
    public ContentHashes Hashes => hashes ?? Interlocked.CompareExchange(ref hashes, new ContentHashes(this), null) ?? hashes;

    /// <summary>The same, with every file read.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A file cannot be read, or has changed since it was found.</exception>
    public async Task<ContentHashes> HashAsync(CancellationToken cancellationToken)
    {
        await Hashes.ReadAllAsync(cancellationToken);
        return Hashes;
    }

    /// <inheritdoc/>
    public IEnumerator<ContextEntry> GetEnumerator() => ((IEnumerable<ContextEntry>)entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Compares paths by the bytes of their UTF-8 form, which is the order of layers.</summary>
    public static int ComparePaths(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        for (var i = 0; i < length; i++)
        {
            if (a[i] != b[i])
            {
                return char.IsSurrogate(a[i]) || char.IsSurrogate(b[i])
                    ? Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))
                    : a[i].CompareTo(b[i]);
            }
        }

        return a.Length.CompareTo(b.Length);
    }
}
