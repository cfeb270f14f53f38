using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>Applies <c>.dockerignore</c> to a whole context, as Docker does: a folder that is ignored stays only as the way to something that an exception brings back.</summary>
internal static class IgnoredFiles
{
    private const string FileName = ".dockerignore";

    /// <summary>The rules for a context: those of <c>&lt;Dockerfile&gt;.dockerignore</c>, else of <c>.dockerignore</c>.</summary>
    /// <exception cref="DiagnosticException">The file cannot be read or is malformed.</exception>
    public static DockerIgnore RulesOf(FileSet files, string dockerfile)
    {
        var name = new[] { dockerfile + FileName, FileName }.FirstOrDefault(candidate => files.Find(candidate) is not null);
        if (name is null)
        {
            return DockerIgnore.None;
        }

        // To go on without its rules could put into the image what they keep out of it.
        return ContextText.Find(files, name) is { } rules
            ? DockerIgnore.Parse(ContextText.Read(rules, $"'{name}'"), name)
            : throw LayerDiagnostics.CannotRead.With($"'{name}'", "it is no file, or a link that leads to none in the build context").ToException();
    }

    /// <summary>The files of a folder that its own <c>.dockerignore</c> leaves.</summary>
    public static FileSet RemoveByOwnRules(FileSet files) => Remove(files, RulesOf(files, FileName));

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
