namespace OpenFaaS.Build.Context;

/// <summary>Follows symbolic links in a tree that need not be on disk. Nothing leads out of the tree: <c>..</c> and absolute targets stop at its root.</summary>
internal static class LinkResolver
{
    private const int MaxLinks = 255;

    /// <summary>The path after every link in it was followed; parts that do not exist are kept. Null where links lead to each other.</summary>
    /// <param name="path">Path in the tree.</param>
    /// <param name="find">The entry at a cleaned path, links not followed, or null.</param>
    public static string? Resolve(string path, Func<string, ContextEntry?> find)
    {
        var pending = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var resolved = "";
        var links = 0;
        while (pending.TryPop(out var part))
        {
            if (part == ".")
            {
                continue;
            }

            if (part == "..")
            {
                resolved = PathNames.Parent(resolved);
                continue;
            }

            var next = PathNames.Join(resolved, part);
            if (find(next) is not { Kind: EntryKind.SymbolicLink, LinkTarget: { } target })
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            resolved = target.StartsWith('/') ? "" : resolved;
            foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                pending.Push(step);
            }
        }

        return resolved;
    }
}
