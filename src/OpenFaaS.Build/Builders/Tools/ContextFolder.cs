using System.Text;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>A build's context on disk, for tools that read folders. It lies in the build's temporary folder and goes with it.</summary>
/// <param name="Folder">Full path of the context.</param>
/// <param name="Dockerfile">Full path of the Dockerfile, which lies beside the context: what is built must not change with who builds it.</param>
/// <param name="IgnoreFile">Full path of rules that leave nothing out, where BuildKit's tools look for a Dockerfile's own: <c>.dockerignore</c> is applied already.</param>
internal sealed record ContextFolder(string Folder, string Dockerfile, string IgnoreFile)
{
    /// <summary>Writes context and Dockerfile. Files have the build's epoch as their time, unless they bring their own.</summary>
    /// <param name="build">The build.</param>
    /// <param name="dockerfile">Text of the Dockerfile, as the tool can read it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="Diagnostics.DiagnosticException">Something cannot be written.</exception>
    public static async Task<ContextFolder> WriteAsync(ImageBuild build, string dockerfile, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(build.TemporaryFolder, "context");
        try
        {
            Directory.CreateDirectory(folder);
            var writer = new EntryWriter(folder, build.Log);
            foreach (var entry in build.Context)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await writer.WriteAsync(entry, cancellationToken);
            }

            SetTimes(build, folder);
            writer.Finish(build.Context);
            return await WriteDockerfileAsync(build, folder, dockerfile, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(folder, e);
        }
    }

    private static async Task<ContextFolder> WriteDockerfileAsync(ImageBuild build, string folder, string text, CancellationToken cancellationToken)
    {
        var place = Directory.CreateDirectory(Path.Combine(build.TemporaryFolder, "dockerfile")).FullName;
        var path = Path.Combine(place, Path.GetFileName(build.Function.Builder.Dockerfile));
        await File.WriteAllTextAsync(path, text, new UTF8Encoding(false), cancellationToken);
        var ignore = path + ".dockerignore";
        await File.WriteAllTextAsync(ignore, "# applied already\n", cancellationToken);
        return new ContextFolder(folder, path, ignore);
    }

    // Times go into layers, and with them into digests.
    private static void SetTimes(ImageBuild build, string folder)
    {
        var time = DateTime.UnixEpoch.AddSeconds(build.Function.Image.Epoch);
        foreach (var path in build.Context.Select(entry => Path.Combine(folder, entry.Path.Replace('/', Path.DirectorySeparatorChar))))
        {
            if (FileStatus.Of(path) is not null)
            {
                File.SetLastWriteTimeUtc(path, time);
            }
        }
    }
}
