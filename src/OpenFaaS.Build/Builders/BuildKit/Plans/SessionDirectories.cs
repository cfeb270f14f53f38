using System.Text;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>The files of a build as a session offers them.</summary>
internal static class SessionDirectories
{
    private const string IgnoreSuffix = ".dockerignore";
    private static readonly int FileMode = Convert.ToInt32("644", 8);

    /// <param name="build">The build.</param>
    /// <param name="dockerfileName">Name of the Dockerfile in its directory.</param>
    /// <param name="folders">Folders of named contexts by name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Diagnostics.DiagnosticException">A folder or file cannot be read.</exception>
    public static IReadOnlyDictionary<string, LocalDirectory> Of(
        ImageBuild build, string dockerfileName, IReadOnlyDictionary<string, string> folders, CancellationToken cancellationToken)
    {
        var directories = new Dictionary<string, LocalDirectory>(StringComparer.Ordinal)
        {
            ["context"] = Directory(build.Context, build.Function, cancellationToken),
            ["dockerfile"] = Dockerfile(build, dockerfileName),
        };
        foreach (var (name, folder) in folders)
        {
            directories[name] = Directory(build.Folders.Of(folder, build), build.Function, cancellationToken);
        }

        return directories;
    }

    // A file is read when the daemon is told of it: it need not wait for the hashes of all.
    private static LocalDirectory Directory(FileSet files, FunctionModel function, CancellationToken cancellationToken)
    {
        ContentHash hash = entry => files.Hashes.Of(entry, cancellationToken);
        return new LocalDirectory(
            files,
            function.FileMode == FileModePolicy.Preserve ? HashedTimes.Preserved(hash, function.Image.Epoch) : HashedTimes.Normalized(hash, function.Image.Epoch));
    }

    // The context has been through .dockerignore already; a file of its own beside the Dockerfile keeps the daemon from looking for rules in it again.
    private static LocalDirectory Dockerfile(ImageBuild build, string name)
    {
        var contents = new[] { (Path: name, Bytes: Encoding.UTF8.GetBytes(build.Dockerfile)), (Path: name + IgnoreSuffix, Bytes: "# applied already\n"u8.ToArray()) };
        var files = new FileSet(contents.Select(file => new ContextEntry(file.Path, EntryKind.File, FileMode) { Size = file.Bytes.Length, Content = new MemoryContent(file.Bytes) }));
        return new LocalDirectory(files, HashedTimes.Normalized(HashedTimes.HashOf, build.Function.Image.Epoch));
    }
}
