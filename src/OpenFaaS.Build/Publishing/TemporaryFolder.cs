using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Publishing;

/// <summary>A private folder below the output folder, on the disk that the results end up on. Folders left by a killed build are removed by the next one after a day.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Prefix = ".tmp-";
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    public TemporaryFolder(string parent)
    {
        OwnFolder.EnsureTrusted(parent);
        Path = System.IO.Path.Combine(parent, Prefix + Guid.NewGuid().ToString("N"));
        try
        {
            Create(parent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(Path, e);
        }
    }

    public string Path { get; }

    /// <summary>Makes a folder in it.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">It cannot be made.</exception>
    public string Below(string name)
    {
        var folder = System.IO.Path.Combine(Path, name);
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(folder, e);
        }
    }

    /// <summary>Removes a folder in it, if it is there.</summary>
    public void RemoveBelow(string name) => Remove(System.IO.Path.Combine(Path, name));

    public void Dispose() => Remove(Path);

    private void Create(string parent)
    {
        Directory.CreateDirectory(parent);
#pragma warning disable RS0030 // The age of a folder on disk, which no output shows.
        var now = DateTime.UtcNow;
#pragma warning restore RS0030
        foreach (var old in Directory.EnumerateDirectories(parent, Prefix + "*").Where(old => now - Directory.GetLastWriteTimeUtc(old) > Abandoned))
        {
            Remove(old);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only disk space is lost, and the next build tries again.
        }
    }
}
