using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>One entry of <c>git ls-tree -l</c>.</summary>
/// <param name="Mode">Git's mode, six octal digits.</param>
/// <param name="Id">Id of the object.</param>
/// <param name="Size">Bytes of a blob; 0 for others.</param>
/// <param name="Path">Path from the root of the repository.</param>
internal sealed record TreeEntry(string Mode, string Id, long Size, string Path);

/// <summary>Reads the output of <c>git ls-tree -z -l</c> as it comes: <c>mode type id size TAB path NUL</c>.</summary>
internal static class TreeListing
{
    /// <summary>Stands in a path for bytes that are no UTF-8.</summary>
    public const string NotUnicode = "\uFFFD";

    private const int LongestHead = 128;

    /// <summary>The entries in git's order.</summary>
    /// <exception cref="EndOfStreamException">The output is not of that form, ends within an entry, or a path is longer than allowed.</exception>
    public static async IAsyncEnumerable<TreeEntry> ReadAsync(Stream output, int longestPath, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestHead + longestPath];
        var length = 0;
        while (await output.ReadAsync(buffer.AsMemory(length), cancellationToken) is var read and > 0)
        {
            length += read;
            var start = 0;
            while (Array.IndexOf(buffer, (byte)0, start, length - start) is var end and >= 0)
            {
                yield return Entry(buffer.AsSpan(start, end - start));
                start = end + 1;
            }

            length -= start;
            Array.Copy(buffer, start, buffer, 0, length);
            if (length == buffer.Length)
            {
                throw new EndOfStreamException("A path is too long.");
            }
        }

        if (length > 0)
        {
            throw new EndOfStreamException();
        }
    }

    private static TreeEntry Entry(ReadOnlySpan<byte> record)
    {
        var tab = record.IndexOf((byte)'\t');
        var head = tab < 0 ? [] : Encoding.ASCII.GetString(record[..tab]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return head is [var mode, _, var id, var size] && GitRef.IsFullCommit(id)
            ? new TreeEntry(mode, id, long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0, Encoding.UTF8.GetString(record[(tab + 1)..]))
            : throw new EndOfStreamException();
    }
}
