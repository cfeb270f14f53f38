namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>The folders of a container that the executor leaves alone while it replaces the root file system: what is mounted, and its own.</summary>
/// <param name="mountInfo">Lines in the form of <c>/proc/self/mountinfo</c>.</param>
internal sealed class KeptFolders(Func<IEnumerable<string>> mountInfo)
{
    private const string Own = "/kaniko";

    /// <summary>Those of this process.</summary>
    public static KeptFolders OfThisProcess { get; } = new(() => File.Exists("/proc/self/mountinfo") ? File.ReadLines("/proc/self/mountinfo") : []);

    /// <summary>Whether a file or folder is still there afterwards.</summary>
    /// <param name="path">Full path; links on the way are the caller's business.</param>
    public bool Keep(string path) => IsBelow(path, Own) || mountInfo().Select(MountPoint).Any(mount => mount is { Length: > 1 } && IsBelow(path, mount));

    // "36 35 98:0 /root /mount/point options …", with spaces and the like as octal escapes.
    private static string? MountPoint(string line) => line.Split(' ') is { Length: > 4 } fields ? Unescape(fields[4]) : null;

    private static string Unescape(string text) => text
        .Replace(@"\040", " ", StringComparison.Ordinal).Replace(@"\011", "\t", StringComparison.Ordinal)
        .Replace(@"\012", "\n", StringComparison.Ordinal).Replace(@"\134", @"\", StringComparison.Ordinal);

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/');
}
