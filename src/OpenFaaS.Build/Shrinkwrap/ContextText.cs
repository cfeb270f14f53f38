using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>Reads files of a build context that the SDK itself needs: the Dockerfile and ignore files.</summary>
internal static class ContextText
{
    private const int MaxText = 4 * 1024 * 1024;

    /// <summary>The file at a path; links are followed within the context.</summary>
    public static ContextEntry? Find(FileSet files, string path) =>
        LinkResolver.Resolve(path, files.Find) is { } resolved && files.Find(resolved) is { Kind: EntryKind.File, Content: not null } entry ? entry : null;

    /// <summary>The text of a file.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="name">How messages name it.</param>
    /// <exception cref="DiagnosticException">It is larger than 4 MiB, or cannot be read.</exception>
    public static string Read(ContextEntry entry, string name)
    {
        if (entry.Size > MaxText)
        {
            throw LayerDiagnostics.CannotRead.With(name, "it is larger than 4 MiB").ToException();
        }

        using var reader = new StreamReader(entry.Content!.Open());
        return reader.ReadToEnd();
    }
}
