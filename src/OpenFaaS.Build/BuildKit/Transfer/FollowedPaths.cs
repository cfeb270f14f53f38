using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Paths with everything that their links lead to, link by link: what <c>COPY</c> of a path needs. Links lead nowhere out of the directory.</summary>
internal sealed class FollowedPaths
{
    private const int MaxLinks = 255;
    private const int MaxSteps = 1_000_000;
    private const int MaxText = 16 << 20;
    private readonly FileSet files;
    private readonly SortedSet<string> found = new(StringComparer.Ordinal);
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Stack<(string Path, int Links)> pending = new();
    private readonly Lazy<ILookup<string, ContextEntry>> links;
    private int steps;
    private long text;

    private FollowedPaths(FileSet files)
    {
        this.files = files;
        links = new(() => files.Where(entry => entry.Kind == EntryKind.SymbolicLink).ToLookup(entry => PathNames.Parent(entry.Path), StringComparer.Ordinal));
    }

    /// <summary>The links and their targets as patterns.</summary>
    /// <param name="files">The directory.</param>
    /// <param name="paths">Paths; each part may hold wildcards.</param>
    /// <returns>Empty where the paths leave nothing out.</returns>
    /// <exception cref="DiagnosticException">The links multiply beyond all measure.</exception>
    public static IReadOnlyCollection<string> Resolve(FileSet files, IReadOnlyList<string> paths)
    {
        var resolution = new FollowedPaths(files);
        foreach (var path in paths)
        {
            resolution.Push(PathNames.Clean(path), 0);
        }

        while (resolution.pending.TryPop(out var next))
        {
            if (next.Path.Length == 0)
            {
                // The root is wanted, and so is everything.
                return [];
            }

            resolution.Follow(next.Path, next.Links);
        }

        return resolution.WithoutNested();
    }

    private void Follow(string path, int followed)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); ; end = path.IndexOf('/', end + 1))
        {
            var current = end < 0 ? path : path[..end];
            EnsureBounded(++steps <= MaxSteps);
            var targets = TargetsOf(current);
            if (targets.Count > 0 || end < 0)
            {
                found.Add(current);
            }

            foreach (var target in targets)
            {
                Push(PathNames.Clean(end < 0 ? target : target + path[end..]), followed + 1);
            }

            if (targets.Count > 0 || end < 0)
            {
                return;
            }
        }
    }

    // Links that lead to each other end here; the daemon then finds nothing, as it would on a disk.
    private void Push(string path, int followed)
    {
        if (followed <= MaxLinks && seen.Add(path))
        {
            text += path.Length;
            EnsureBounded(text <= MaxText);
            pending.Push((path, followed));
        }
    }

    private static void EnsureBounded(bool holds)
    {
        if (!holds)
        {
            throw BuildKitTransferDiagnostics.ProtocolBroken.With("the paths that it asks for lead through too many links").ToException();
        }
    }

    private List<string> TargetsOf(string path)
    {
        var name = PathNames.Name(path);
        if (files.Find(path) is { } entry)
        {
            return entry is { Kind: EntryKind.SymbolicLink, LinkTarget: { } target } ? [TargetOf(entry, target)] : [];
        }

        return name.AsSpan().ContainsAny("*?[") && PathPattern.Create(name, isException: false) is { } pattern
            ? [.. links.Value[PathNames.Parent(path)].Where(link => pattern.Matches(PathNames.Name(link.Path))).Select(link => TargetOf(link, link.LinkTarget ?? ""))]
            : [];
    }

    private static string TargetOf(ContextEntry link, string target) => target.StartsWith('/') ? target : PathNames.Parent(link.Path) + "/" + target;

    private List<string> WithoutNested()
    {
        var kept = new List<string>();
        foreach (var path in found)
        {
            if (kept.Count == 0 || !PathNames.IsBelow(path, kept[^1]))
            {
                kept.Add(path);
            }
        }

        return kept;
    }
}
