using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>Lets one writer at a time change the index of a layout, as buildctl and buildx do, and keeps what several write from being cleaned up. A lock is an open file, so the system gives it back when its owner dies.</summary>
internal static class LayoutLock
{
    private const int LinuxBusy = 11;
    private const int MacBusy = 35;
    private const int WindowsBusy = unchecked((int)0x80070020);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for the lock; null where it is not free in time.</summary>
    /// <param name="path">The lock's file; it stays, since removing it would let two writers hold two files of one name.</param>
    /// <param name="attempts">How often it is tried, 50 ms apart.</param>
    /// <param name="time">Clock of the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Diagnostics.DiagnosticException">The file cannot be made.</exception>
    public static Task<IDisposable?> AcquireAsync(string path, int attempts, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(path, FileAccess.ReadWrite, FileShare.None, attempts, time, cancellationToken);

    /// <summary>Waits until nobody holds the lock alone, and holds it together with others; null where that takes too long.</summary>
    /// <param name="path">The lock's file; its folder is there.</param>
    /// <param name="attempts">How often it is tried, 50 ms apart.</param>
    /// <param name="time">Clock of the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Diagnostics.DiagnosticException">The file cannot be made.</exception>
    public static Task<IDisposable?> ShareAsync(string path, int attempts, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(path, FileAccess.Read, FileShare.Read, attempts, time, cancellationToken);

    private static async Task<IDisposable?> OpenAsync(string path, FileAccess access, FileShare share, int attempts, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, access, share, 1);
            }
            catch (IOException e) when (e.HResult is LinuxBusy or MacBusy or WindowsBusy)
            {
                await Task.Delay(Interval, time, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw DiskFailure.Of(path, e);
            }
        }

        return null;
    }
}
