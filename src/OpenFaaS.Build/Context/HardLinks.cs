namespace OpenFaaS.Build.Context;

/// <summary>Hard links among entries: which of them are names of one file, and which name is the first.</summary>
internal static class HardLinks
{
    /// <summary>Sets <see cref="ContextEntry.HardLink"/> of the entries that have an <see cref="ContextEntry.Inode"/>, since the first name may have been left out or replaced.</summary>
    /// <param name="entries">In the order in which they are written.</param>
    public static void Resolve(Span<ContextEntry> entries)
    {
        Dictionary<object, string>? first = null;
        foreach (ref var entry in entries)
        {
            if (entry.Inode is { } inode)
            {
                first ??= [];
                var target = first.TryAdd(inode, entry.Path) ? null : first[inode];
                entry = entry.HardLink == target ? entry : entry with { HardLink = target };
            }
        }
    }
}
