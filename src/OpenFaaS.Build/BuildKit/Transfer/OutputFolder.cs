using System.Collections.Concurrent;
using OpenFaaS.Build.BuildKit.Wire.Files;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>
/// A folder that is filled beside the place where it will be. Folders and files are made first and links last, so nothing is ever written through a link.
/// Safe for concurrent use until <see cref="Finish"/>.
/// </summary>
internal sealed class OutputFolder
{
    private const int Owner = 0x1C0;
    private readonly string destination;
    private readonly string root;
    private readonly ConcurrentDictionary<string, bool> folders = new(StringComparer.Ordinal);

    public OutputFolder(string destination)
    {
        this.destination = destination;
        root = Path.Combine(Path.GetDirectoryName(destination)!, $".{Path.GetFileName(destination)}.{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Makes the folders of a listing; several listings may have the same.</summary>
    /// <exception cref="DiagnosticException">They cannot be made.</exception>
    public void MakeFolders(IEnumerable<Stat> entries)
    {
        Do("", () => Directory.CreateDirectory(root));
        foreach (var entry in entries.Where(entry => ReceivedListing.IsFolder(entry) && folders.TryAdd(entry.Path, true)))
        {
            Do(entry.Path, () =>
            {
                EnsureNothingAt(entry.Path);
                Directory.CreateDirectory(PathOf(entry.Path));
            });
        }
    }

    /// <summary>Makes a file, which must not be there yet.</summary>
    /// <exception cref="DiagnosticException">It cannot be made.</exception>
    public FileStream MakeFile(string path) => Do(path, () =>
    {
        EnsureNothingAt(path);
        return new FileStream(PathOf(path), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
    });

    /// <summary>Does something to a path; what the system says against it becomes a coded error.</summary>
    public T Do<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw DiskFailure.Of(Path.Combine(destination, SafeText.Neutralize(path)), e);
        }
    }

    /// <summary>Does something to a path.</summary>
    public void Do(string path, Action action) => Do(path, () =>
    {
        action();
        return true;
    });

    /// <summary>Makes the links and sets modes and times of folders, when all content is there.</summary>
    /// <exception cref="DiagnosticException">Something cannot be made.</exception>
    public void Finish(IReadOnlyList<Stat> entries)
    {
        foreach (var entry in entries.Where(ReceivedListing.IsHardLink))
        {
            Do(entry.Path, () => Link(entry));
        }

        foreach (var entry in entries.Where(ReceivedListing.IsSymbolicLink))
        {
            Do(entry.Path, () =>
            {
                EnsureNothingAt(entry.Path);
                File.CreateSymbolicLink(PathOf(entry.Path), OperatingSystem.IsWindows() ? entry.Linkname.Replace('/', '\\') : entry.Linkname);
            });
        }

        // From the innermost: what is done in a folder changes its time.
        foreach (var entry in entries.Where(ReceivedListing.IsFolder).Reverse())
        {
            Do(entry.Path, () => SetFolder(entry));
        }
    }

    /// <summary>Puts the folder in its place, and removes what was there.</summary>
    /// <exception cref="DiagnosticException">It cannot be moved; what was there still is.</exception>
    public void MoveIntoPlace()
    {
        Do("", () => FolderSwap.Replace(root, destination));
        DirectorySync.Flush(Path.GetDirectoryName(destination)!);
    }

    /// <summary>Removes all that was written.</summary>
    public void Discard() => FolderSwap.Discard(root);

    /// <summary>A time of the daemon as one that a file can have here.</summary>
    public static DateTime TimeOf(Stat entry) => DateTime.UnixEpoch.AddTicks(Math.Max(entry.ModTime, 0) / TimeSpan.NanosecondsPerTick);

    private void Link(Stat entry)
    {
        EnsureNothingAt(entry.Path);
        if (!SpecialFile.TryLink(PathOf(entry.Linkname), PathOf(entry.Path)))
        {
            File.Copy(PathOf(entry.Linkname), PathOf(entry.Path));
        }
    }

    private void SetFolder(Stat entry)
    {
        if (!OperatingSystem.IsWindows())
        {
            // The next output has to be able to remove this one.
            File.SetUnixFileMode(PathOf(entry.Path), (UnixFileMode)(GoFileMode.ToUnix(entry.Mode) | Owner));
        }

        Directory.SetLastWriteTimeUtc(PathOf(entry.Path), TimeOf(entry));
    }

    private void EnsureNothingAt(string path)
    {
        if (FileStatus.Of(PathOf(path)) is not null)
        {
            throw BuildKitTransferDiagnostics.UnusableName
                .With(SafeText.Neutralize(path), destination, "another file of the output has the same name there, or differs only in upper and lower case").ToException();
        }
    }

    private string PathOf(string path) => Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar));
}
