using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>What an output holds, as the daemon tells it; checked entry by entry, so that no path leads out of the output or through a link. An entry's number is its place.</summary>
/// <param name="destination">Where the output goes, for messages.</param>
/// <param name="windows">Whether names have to be those of Windows.</param>
internal sealed class ReceivedListing(string destination, bool windows)
{
    private const int MaxEntries = 1_000_000;
    private const int MaxText = 128 << 20;
    private const int MaxDepth = 500;
    private const int LongestTarget = 4095;
    private readonly List<Stat> entries = [];
    private readonly Stack<string> folders = new();
    private readonly HashSet<string> files = new(StringComparer.Ordinal);
    private string last = "";
    private long text;

    /// <summary>Entries so far.</summary>
    public IReadOnlyList<Stat> Entries => entries;

    public static bool IsFolder(Stat stat) => (stat.Mode & GoFileMode.Kinds) == GoFileMode.Directory;

    public static bool IsSymbolicLink(Stat stat) => (stat.Mode & GoFileMode.Kinds) == GoFileMode.SymbolicLink;

    public static bool IsHardLink(Stat stat) => (stat.Mode & GoFileMode.Kinds) == 0 && stat.Linkname.Length > 0;

    public static bool IsFile(Stat stat) => (stat.Mode & GoFileMode.Kinds) == 0 && stat.Linkname.Length == 0;

    /// <summary>Takes up the next entry.</summary>
    /// <exception cref="DiagnosticException">It is out of order, unclean, in what is no folder, cannot be written here, or is one too many.</exception>
    public void Add(Stat stat)
    {
        text += stat.Path.Length + stat.Linkname.Length;
        if (entries.Count == MaxEntries || text > MaxText)
        {
            throw Broken($"an output of more than {MaxEntries} files, or {MaxText >> 20} MiB of names, is not taken");
        }

        EnsurePlace(stat.Path);
        if (OutputNames.WhyUnusable(stat.Path, windows) is { } why)
        {
            throw BuildKitTransferDiagnostics.UnusableName.With(SafeText.Neutralize(stat.Path), destination, why).ToException();
        }

        EnsureContent(stat);
        if (IsFolder(stat))
        {
            folders.Push(stat.Path);
        }
        else if (IsFile(stat))
        {
            files.Add(stat.Path);
        }

        last = stat.Path;

        // Nothing here uses them, and together they can be large.
        stat.Xattrs.Clear();
        entries.Add(stat);
    }

    private static DiagnosticException Broken(string how) => BuildKitTransferDiagnostics.ProtocolBroken.With(how).ToException();

    private static DiagnosticException Broken(string path, string how) => Broken($"'{SafeText.Neutralize(path)}' {how}");

    private void EnsurePlace(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw Broken(path, "is no clean path");
        }

        if (entries.Count > 0 && TransferOrder.Compare(last, path) >= 0)
        {
            throw Broken(path, "is out of order, or there twice");
        }

        while (folders.TryPeek(out var folder) && !PathNames.IsBelow(path, folder))
        {
            folders.Pop();
        }

        if ((folders.TryPeek(out var parent) ? parent : "") != PathNames.Parent(path))
        {
            throw Broken(path, "lies in what is no folder");
        }

        if (folders.Count > MaxDepth)
        {
            throw Broken(path, $"is nested deeper than {MaxDepth} folders");
        }
    }

    private void EnsureContent(Stat stat)
    {
        if (stat.Size < 0)
        {
            throw Broken(stat.Path, "has a negative size");
        }

        if (IsHardLink(stat) && !files.Contains(stat.Linkname))
        {
            throw Broken(stat.Path, "is a hard link to what is no file before it");
        }

        if (IsSymbolicLink(stat) && (stat.Linkname.Length is 0 or > LongestTarget || stat.Linkname.Contains('\0', StringComparison.Ordinal)))
        {
            throw Broken(stat.Path, "is a link to nothing");
        }
    }
}
