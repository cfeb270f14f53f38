using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Layers;

/// <summary>The records of a pax extension header: <c>length key=value\n</c> (POSIX.1-2001). Only those that images have a use for are kept.</summary>
internal static class PaxRecords
{
    private static readonly string[] Known = ["path", "linkpath", "size", "uid", "gid"];

    /// <summary>Adds the records to <paramref name="into"/>; an empty value takes an earlier one back.</summary>
    public static void Read(ReadOnlySpan<byte> data, Dictionary<string, string> into)
    {
        while (!data.IsEmpty)
        {
            var space = data.IndexOf((byte)' ');
            if (space is < 1 or > 10
                || !int.TryParse(Encoding.ASCII.GetString(data[..space]), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= space + 1 || length > data.Length || data[length - 1] != '\n')
            {
                throw new TarFormatException("a pax header is malformed");
            }

            var record = data[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
            {
                throw new TarFormatException("a pax header is malformed");
            }

            var key = Encoding.UTF8.GetString(record[..equals]);
            var value = Encoding.UTF8.GetString(record[(equals + 1)..]);
            if (value.Length == 0)
            {
                into.Remove(key);
            }
            else if (Known.Contains(key, StringComparer.Ordinal) || key.StartsWith("GNU.sparse.", StringComparison.Ordinal))
            {
                into[key] = value;
            }

            data = data[length..];
        }
    }
}
