using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.Integration.Tests.Differential;

/// <summary>Adds the folders that a list of files implies.</summary>
internal static class Folders
{
    public static FileSet Complete(IEnumerable<ContextEntry> files)
    {
        var all = new Dictionary<string, ContextEntry>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            for (var parent = PathNames.Parent(file.Path); parent.Length > 0; parent = PathNames.Parent(parent))
            {
                all.TryAdd(parent, new ContextEntry(parent, EntryKind.Directory, Convert.ToInt32("755", 8)));
            }

            all[file.Path] = file;
        }

        return new FileSet(all.Values);
    }
}
