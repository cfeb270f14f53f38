using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Layers;

/// <summary>The records of a pax extension header: <c>length key=value\n</c> (POSIX.1-2001).</summary>
internal static class PaxRecords
{
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

            into[Encoding.UTF8.GetString(record[..equals])] = Encoding.UTF8.GetString(record[(equals + 1)..]);
            data = data[length..];
        }
    }
}
