using System.Globalization;

namespace OpenFaaS.Build.Builders.Embedded;

/// <summary>Times of an image, which come from <c>SOURCE_DATE_EPOCH</c> only.</summary>
internal static class Timestamps
{
    /// <summary>RFC 3339 in UTC.</summary>
    public static string Format(long epoch) =>
        DateTimeOffset.FromUnixTimeSeconds(epoch).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
