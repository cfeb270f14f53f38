using Google.Protobuf.WellKnownTypes;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>Times as a daemon sends them, which may be nonsense.</summary>
internal static class WireTimes
{
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The time; null where there is none, or none between 1970 and 9999.</summary>
    public static DateTimeOffset? Of(Timestamp? time) =>
        time is { Seconds: >= 0, Nanos: >= 0 and < 1_000_000_000 } && time.Seconds < Last
            ? DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nanos / 100)
            : null;
}
