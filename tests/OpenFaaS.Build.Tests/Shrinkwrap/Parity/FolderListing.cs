using System.Security.Cryptography;

namespace OpenFaaS.Build.Tests.Shrinkwrap.Parity;

/// <summary>What a folder holds, one line a path: folders end with a slash, files carry their x-bit and the hash of their content. Links count as what they lead to.</summary>
internal static class FolderListing
{
    private const int MaxDepth = 60;

    // Beside each context the SDK marks the folder as its own.
    private const string Mark = ".openfaas-context";

    /// <summary>Lines by path.</summary>
    public static SortedDictionary<string, string> Of(string root)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Enter(root, "", lines, 0);
        return lines;
    }

    /// <summary>All lines as one text, which a failed comparison can show.</summary>
    public static string Text(IEnumerable<KeyValuePair<string, string>> lines) => string.Join('\n', lines.Select(line => $"{line.Key} {line.Value}".TrimEnd()));

    private static void Enter(string folder, string prefix, SortedDictionary<string, string> lines, int depth)
    {
        Assert.IsLessThan(MaxDepth, depth, $"'{prefix}' is nested too deep.");
        foreach (var path in Directory.GetFileSystemEntries(folder).Where(path => !path.EndsWith(Mark, StringComparison.Ordinal)))
        {
            var name = prefix + Path.GetFileName(path);
            var link = new FileInfo(path).LinkTarget;
            var target = link is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
            if (Directory.Exists(target))
            {
                lines.Add(name + "/", "");
                Enter(path, name + "/", lines, depth + 1);
            }
            else if (File.Exists(target))
            {
                lines.Add(name, FileLine(target));
            }
            else
            {
                lines.Add(name, $"leads nowhere: {link}");
            }
        }
    }

    private static string FileLine(string path)
    {
        const UnixFileMode executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return $"{((File.GetUnixFileMode(path) & executable) != 0 ? 'x' : '-')} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))[..16]}";
    }
}
