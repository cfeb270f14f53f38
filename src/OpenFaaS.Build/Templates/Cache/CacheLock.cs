using System.Diagnostics;
using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Templates.Cache;

/// <summary>Lets one process of this machine at a time pull a version. The lock is an open file, so the system gives it back when its owner dies.</summary>
internal sealed class CacheLock : IDisposable
{
    private const int LinuxBusy = 11;
    private const int MacBusy = 35;
    private const int WindowsBusy = unchecked((int)0x80070020);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly FileStream file;

    private CacheLock(FileStream file) => this.file = file;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock's file; it stays, since removing it would let two processes hold two files of one name.</param>
    /// <param name="name">What is pulled, for messages.</param>
    /// <param name="wait">After this time it is an error.</param>
    /// <param name="log">Is told after a second who is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DiagnosticException">The lock was not free in time, or its file cannot be written.</exception>
    public static async Task<CacheLock> AcquireAsync(string path, string name, TimeSpan wait, IBuildLog log, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var isTold = false;
        while (true)
        {
            if (TryAcquire(path) is { } acquired)
            {
                return acquired;
            }

            if (watch.Elapsed > wait)
            {
                throw TemplateSourceDiagnostics.CacheBusy.With(name, Owner(path), wait.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)).ToException();
            }

            if (!isTold && watch.Elapsed > Quiet)
            {
                isTold = true;
                log.Message(MessageImportance.High, $"Waiting for another process{Owner(path)} that pulls the templates of {name}.");
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <summary>The lock, or null if another owner has it.</summary>
    public static CacheLock? TryAcquire(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            try
            {
                // Beside the lock, which nobody else can open.
                File.WriteAllText(OwnerFile(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // A waiting process is then not told whom it waits for.
            }

            return new CacheLock(file);
        }
        catch (IOException e) when (e.HResult is LinuxBusy or MacBusy or WindowsBusy)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static string OwnerFile(string path) => Path.ChangeExtension(path, ".pid");

    private static string Owner(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(OwnerFile(path)), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? $" (pid {id})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
