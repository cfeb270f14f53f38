using System.Buffers;
using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Layers;

/// <summary>The records of a pax extension header: <c>length key=value\n</c> (POSIX.1-2001).</summary>
internal static class PaxRecords
{
    /// <summary>The one extended attribute that layers hold, whoever makes them: others belong to the machine that set them.</summary>
    public const string Capability = "security.capability";

    /// <summary>Its key in archives, a convention of star that all tools follow.</summary>
    public const string CapabilityKey = "SCHILY.xattr." + Capability;

    private static readonly string[] Known = ["path", "linkpath", "size", "uid", "gid", CapabilityKey];

    /// <summary>Adds one record.</summary>
    public static void Write(IBufferWriter<byte> records, string key, ReadOnlySpan<byte> value)
    {
        // The length counts itself: try lengths until they agree.
        var rest = Encoding.UTF8.GetByteCount(key) + value.Length + 3;
        var length = rest + 1;
        while (rest + length.ToString(CultureInfo.InvariantCulture).Length != length)
        {
            length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        }

        records.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {key}=")));
        records.Write(value);
        records.Write("\n"u8);
    }

    /// <summary>
    /// Adds the records that images have a use for to <paramref name="into"/>; an empty value takes an earlier one back. A capability is bytes, and comes
    /// as one character a byte.
    /// </summary>
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
            var value = (key == CapabilityKey ? Encoding.Latin1 : Encoding.UTF8).GetString(record[(equals + 1)..]);
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
