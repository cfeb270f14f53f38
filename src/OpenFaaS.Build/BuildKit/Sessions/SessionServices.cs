namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>What the calls of one session share; it hangs on the session's connection.</summary>
internal sealed class SessionServices(SessionContent content)
{
    private long bytesSent;

    /// <summary>What the session offers.</summary>
    public SessionContent Content => content;

    /// <summary>Bytes of file content sent so far.</summary>
    public long BytesSent => Interlocked.Read(ref bytesSent);

    /// <summary>Adds to <see cref="BytesSent"/>.</summary>
    public void AddSent(long bytes) => Interlocked.Add(ref bytesSent, bytes);
}
