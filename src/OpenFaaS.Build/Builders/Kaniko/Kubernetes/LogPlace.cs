using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OpenFaaS.Build.Builders.Kaniko.Kubernetes;

/// <summary>
/// Where a log was read to. A cluster takes a time of whole seconds to go on from, so lines of the last seconds come a second time; each has a time of its own
/// in nanoseconds, by which they are told from new ones, whatever order the two streams are mixed in.
/// </summary>
internal sealed class LogPlace
{
    private const long Nanoseconds = 1_000_000_000;

    /// <summary>Lines of two seconds; a build that prints more than this in them shows some of them twice when its log is cut.</summary>
    private const int Most = 200_000;

    private readonly Dictionary<long, int> recent = [];
    private Dictionary<long, int> repeated = [];
    private long newest = -1;

    /// <summary>The time to go on from, in seconds as RFC 3339; null for the beginning.</summary>
    public string? Since => newest < 0 ? null : DateTimeOffset.FromUnixTimeSeconds(newest - 1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Says that the log is read again from <see cref="Since"/> on.</summary>
    public void Resume() => repeated = new Dictionary<long, int>(recent);

    /// <summary>Takes the time of a line, and says whether the line has not come before.</summary>
    public bool Take(long time)
    {
        if (repeated.TryGetValue(time, out var times))
        {
            repeated[time] = times - 1;
            if (times == 1)
            {
                repeated.Remove(time);
            }

            return false;
        }

        var second = time / Nanoseconds;
        if (second > newest)
        {
            newest = second;
            foreach (var old in recent.Keys.Where(known => known / Nanoseconds < newest - 1).ToList())
            {
                recent.Remove(old);
            }
        }

        if (second >= newest - 1 && recent.Count < Most)
        {
            recent[time] = recent.GetValueOrDefault(time) + 1;
        }

        return true;
    }

    /// <summary>Reads a time as clusters write it before lines: <c>2026-01-02T03:04:05.123456789Z</c>; null if it is none.</summary>
    public static long? ParseTime(ReadOnlySpan<byte> text)
    {
        // Up to the seconds the form is fixed; the fraction has up to nine digits, and may be left out. An offset is as good as Z.
        const int fixedLength = 19;
        if (text.Length is <= fixedLength or > 40)
        {
            return null;
        }

        var rest = text[fixedLength..];
        long fraction = 0;
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits is < 1 or > 9 || !Utf8Parser.TryParse(rest.Slice(1, digits), out fraction, out _))
            {
                return null;
            }

            for (var i = digits; i < 9; i++)
            {
                fraction *= 10;
            }

            rest = rest[(digits + 1)..];
        }

        var whole = Encoding.ASCII.GetString(text[..fixedLength]) + Encoding.ASCII.GetString(rest);
        return DateTimeOffset.TryParseExact(whole, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (time.ToUnixTimeSeconds() * Nanoseconds) + fraction
            : null;
    }
}
