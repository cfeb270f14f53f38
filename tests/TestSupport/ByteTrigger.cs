namespace OpenFaaS.Build.TestSupport;

/// <summary>Does something once, when a count has reached a number.</summary>
internal sealed class ByteTrigger(long at, Action act)
{
    private int done;

    /// <summary>Tells the count.</summary>
    public void Seen(long count)
    {
        if (count >= at && Interlocked.Exchange(ref done, 1) == 0)
        {
            act();
        }
    }
}
