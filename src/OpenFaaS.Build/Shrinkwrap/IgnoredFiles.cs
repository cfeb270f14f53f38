using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>Applies <c>.dockerignore</c> to a whole context, as Docker does: a folder that is ignored stays only as the way to something that an exception brings back.</summary>
internal static class IgnoredFiles
{
    public static FileSet Remove(FileSet files, DockerIgnore ignore)
    {
        if (ReferenceEquals(ignore, DockerIgnore.None))
        {
            return files;
        }

        var kept = new Dictionary<string, ContextEntry>(StringComparer.Ordinal);
        foreach (var entry in files.Where(entry => !ignore.Matches(entry.Path)))
        {
            kept[entry.Path] = entry;
            for (var parent = PathNames.Parent(entry.Path); parent.Length > 0 && !kept.ContainsKey(parent); parent = PathNames.Parent(parent))
            {
                if (files.Find(parent) is { } folder)
                {
                    kept[parent] = folder;
                }
            }
        }

        return new FileSet(kept.Values);
    }
}
