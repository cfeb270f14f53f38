namespace OpenFaaS.Build.TestSupport;

/// <summary>A clock that runs faster than the world's, for waits of minutes that a test cannot sit out.</summary>
/// <param name="factor">Its seconds to one of the world's.</param>
public sealed class FastTime(int factor) : TimeProvider
{
    private readonly long begun = System.GetTimestamp();
    private readonly DateTimeOffset from = System.GetUtcNow();

    /// <inheritdoc/>
    public override long TimestampFrequency => System.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp() => begun + ((System.GetTimestamp() - begun) * factor);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => from + GetElapsedTime(begun);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Scaled(System.CreateTimer(callback, state, Short(dueTime), Short(period)), this);

    private TimeSpan Short(TimeSpan time) => time > TimeSpan.Zero ? time / factor : time;

    private sealed class Scaled(ITimer timer, FastTime clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Short(dueTime), clock.Short(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
