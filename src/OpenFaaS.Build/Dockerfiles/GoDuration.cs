using System.Globalization;
using System.Numerics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>1.5s</c>, <c>500ms</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    private const int MaxDigits = 40;

    /// <summary>Parses a duration to nanoseconds.</summary>
    public static bool TryParse(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var isNegative = text.StartsWith('-');
        var rest = text.AsSpan(isNegative || text.StartsWith('+') ? 1 : 0);
        if (rest.SequenceEqual("0"))
        {
            return true;
        }

        var total = BigInteger.Zero;
        var count = 0;
        while (rest.Length > 0)
        {
            var number = rest[..IndexAfter(rest, "0123456789.")];
            rest = rest[number.Length..];
            var next = rest.IndexOfAny("0123456789.");
            var unit = Unit(next < 0 ? rest : rest[..next]);
            if (unit == 0 || number.Length > MaxDigits || !TryScale(number, unit, out var part))
            {
                return false;
            }

            rest = next < 0 ? [] : rest[next..];
            total += part;
            count++;
        }

        if (count == 0 || total > long.MaxValue)
        {
            return false;
        }

        nanoseconds = (long)(isNegative ? -total : total);
        return true;
    }

    private static int IndexAfter(ReadOnlySpan<char> text, string characters) =>
        text.IndexOfAnyExcept(characters) is var end && end >= 0 ? end : text.Length;

    private static bool TryScale(ReadOnlySpan<char> number, long unit, out BigInteger value)
    {
        value = BigInteger.Zero;
        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? [] : number[(point + 1)..];
        if (fraction.Contains('.') || whole.Length + fraction.Length == 0)
        {
            return false;
        }

        value = (whole.Length > 0 ? BigInteger.Parse(whole, NumberStyles.None, CultureInfo.InvariantCulture) * unit : 0)
            + (fraction.Length > 0 ? BigInteger.Parse(fraction, NumberStyles.None, CultureInfo.InvariantCulture) * unit / BigInteger.Pow(10, fraction.Length) : 0);
        return true;
    }

    // Both characters that Unicode has for micro are Go's.
    private static long Unit(ReadOnlySpan<char> name) => name switch
    {
        "ns" => 1,
        "us" or "\u00B5s" or "\u03BCs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => 0,
    };
}
