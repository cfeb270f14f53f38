using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>
/// Modification times from content. BuildKit does not ask again for a file of the same name, size and time, so a time from the disk,
/// which a tool may have set back, would ship old code.
/// </summary>
internal abstract class ContentTimes
{
    /// <summary>The time of an entry, nanoseconds since the Unix epoch.</summary>
    public abstract long Of(ContextEntry entry);
}
