using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>The names of a ZIP file so far: each once, and none both a file and a folder.</summary>
internal sealed class ZipNames
{
    private readonly HashSet<string> files = new(StringComparer.Ordinal);
    private readonly HashSet<string> folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> listed = new(StringComparer.Ordinal);

    /// <exception cref="ZipFormatException">The name contradicts an earlier one.</exception>
    public void Add(ZipEntry entry)
    {
        if (!listed.Add(entry.Name))
        {
            throw Failure(entry.Name, "is there twice");
        }

        (entry.IsFolder ? folders : files).Add(entry.Name);
        if (entry.IsFolder ? files.Contains(entry.Name) : folders.Contains(entry.Name))
        {
            throw Failure(entry.Name, "is both a file and a folder");
        }

        // Where a folder is known, so are those above it.
        for (var slash = entry.Name.LastIndexOf('/'); slash > 0; slash = entry.Name.LastIndexOf('/', slash - 1))
        {
            var folder = entry.Name[..slash];
            if (files.Contains(folder))
            {
                throw Failure(folder, "is both a file and a folder");
            }

            folders.Add(folder);
        }
    }

    private static ZipFormatException Failure(string name, string why) => new($"'{SafeText.Neutralize(name)}' {why}") { IsUnsafe = true };
}
