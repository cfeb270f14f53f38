using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Transfer;

/// <summary>The packed worker as a process of its own, as MSBuild starts it.</summary>
internal static class PackedWorker
{
    private const string Peak = "VmHWM:";

    // The process stays the same one from the shell to the worker.
    private const string OnAVolume = "mount --bind \"$0\" \"$0\" && exec \"$@\"";
    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs a request; a worker that fails fails the test with what it said.</summary>
    /// <param name="request">The request.</param>
    /// <param name="folder">Receives the worker and the request.</param>
    /// <param name="environment">Further variables.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <param name="volume">A folder that is a mount of its own to the process, as a volume of a container is; null for none.</param>
    /// <returns>The most bytes of physical memory that the process held, as the kernel counts them.</returns>
    public static async Task<long> PeakMemoryAsync(
        BuildRequest request, string folder, IEnumerable<KeyValuePair<string, string?>> environment, CancellationToken cancellationToken, string? volume = null)
    {
        var unpacked = Path.Combine(folder, "package");
        await ZipFile.ExtractToDirectoryAsync(PackedSdk.Package, unpacked, cancellationToken);
        var file = Path.Combine(folder, "request.json");
        await File.WriteAllBytesAsync(file, ProtocolJson.Write(request), cancellationToken);
        string[] arguments = ["exec", Path.Combine(unpacked, "worker", "OpenFaaS.Build.Worker.dll"), "build", "--request", file, "--result", file + ".result"];
        using var process = volume is null
            ? DotNet.Start(folder, environment, arguments)
            : DotNet.Start(folder, environment, ["--mount", "sh", "-c", OnAVolume, volume, "dotnet", .. arguments], "unshare");
        var end = DotNet.FinishAsync(process, cancellationToken);
        var peak = 0L;
        while (!end.IsCompleted)
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            await Task.WhenAny(end, Task.Delay(Sampling, cancellationToken));
        }

        (await end).ShouldSucceed();
        return peak;
    }

    // The kernel keeps the highest value, so that only the last moment before the end can be missed. A process that has ended has no such line.
    private static long PeakOf(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith(Peak, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[Peak.Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
