using System.Security.Cryptography;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

/// <summary>Directories for transfers.</summary>
internal static class TransferSample
{
    public static ContextEntry Folder(string path) => new(path, EntryKind.Directory, Convert.ToInt32("755", 8));

    public static ContextEntry Link(string path, string target) => new(path, EntryKind.SymbolicLink, Convert.ToInt32("777", 8)) { LinkTarget = target };

    /// <summary>Files named, with their path as content; folders are made as needed.</summary>
    public static FileSet Files(params string[] paths) => new(WithFolders(paths.Select(path => Bytes.File(path, path))));

    public static FileSet Set(params ContextEntry[] entries) => new(WithFolders(entries));

    public static LocalDirectory Directory(FileSet files) => new(files, HashedTimes.Normalized(Hash, 0));

    /// <summary>A tree from a seed: deep and flat, with names that sort differently as paths, as UTF-16 and as bytes.</summary>
    public static FileSet Random(int seed)
    {
        var random = new Random(seed);
        string[] names = ["a", "a-b", "a.b", "b", "B", "a b", "\u00E4", "\uFF21", "\U0001F600", "x\ny", "!", "0", "\u0001", "zz"];
        var entries = new Dictionary<string, ContextEntry>();
        var folders = new List<string> { "" };
        for (var i = 0; i < 200; i++)
        {
            var path = PathNames.Join(folders[random.Next(folders.Count)], names[random.Next(names.Length)] + (random.Next(3) == 0 ? random.Next(30) : ""));
            var kind = random.Next(10);
            if (!entries.TryAdd(path, kind < 3 ? Folder(path) : kind < 4 ? Link(path, "a") : Bytes.File(path, new string('x', random.Next(2000)))))
            {
                continue;
            }

            if (kind < 3)
            {
                folders.Add(path);
            }
        }

        return new FileSet(entries.Values);
    }

    public static ReadOnlySpan<byte> Hash(ContextEntry entry)
    {
        using var stream = entry.Content!.Open();
        return SHA256.HashData(stream);
    }

    private static IEnumerable<ContextEntry> WithFolders(IEnumerable<ContextEntry> entries)
    {
        var all = entries.ToDictionary(entry => entry.Path);
        foreach (var path in all.Keys.ToList())
        {
            for (var folder = PathNames.Parent(path); folder.Length > 0; folder = PathNames.Parent(folder))
            {
                all.TryAdd(folder, Folder(folder));
            }
        }

        return all.Values;
    }
}
