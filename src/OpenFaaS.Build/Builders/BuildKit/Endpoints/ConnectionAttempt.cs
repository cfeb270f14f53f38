using OpenFaaS.Build.BuildKit.Connections;

namespace OpenFaaS.Build.Builders.BuildKit.Endpoints;

/// <summary>One attempt to connect to an endpoint, which all functions of the publish share.</summary>
internal sealed class ConnectionAttempt
{
    /// <summary>How long a failure counts where there was a daemon before: it may be on its way back.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly Lazy<Task<BuildKitConnection>> connecting;
    private readonly bool isAnew;
    private readonly TimeProvider time;
    private long ended;

    /// <param name="connect">Connects, once the attempt is asked for.</param>
    /// <param name="isAnew">Whether the endpoint was connected to before.</param>
    /// <param name="time">The clock.</param>
    public ConnectionAttempt(Func<Task<BuildKitConnection>> connect, bool isAnew, TimeProvider time)
    {
        (this.isAnew, this.time) = (isAnew, time);
        connecting = new Lazy<Task<BuildKitConnection>>(() => RunAsync(connect));
    }

    /// <summary>The connection; asking for it begins the attempt.</summary>
    public Task<BuildKitConnection> Connection => connecting.Value;

    /// <summary>The attempt that has begun; null where it has not.</summary>
    public Task<BuildKitConnection>? Begun => connecting.IsValueCreated ? connecting.Value : null;

    /// <summary>Whether another attempt is due. A first failure counts for the whole publish: an endpoint that is down costs its time once, not once a function.</summary>
    public bool IsStale => isAnew && Begun is { IsCompleted: true, IsCompletedSuccessfully: false } && time.GetElapsedTime(Volatile.Read(ref ended)) > Kept;

    private async Task<BuildKitConnection> RunAsync(Func<Task<BuildKitConnection>> connect)
    {
        try
        {
            return await connect();
        }
        finally
        {
            Volatile.Write(ref ended, time.GetTimestamp());
        }
    }
}
