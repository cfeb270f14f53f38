using System.Globalization;
using System.Runtime.InteropServices;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.StandInBuildKit;

/// <summary>
/// <c>buildkitd --root R --addr unix://S</c>: locks its root as the real one does, and bridges its socket to the engine of <c>STANDIN_ENGINE</c>.
/// Its process id stands in <c>R/stand-in.pid</c>; SIGTERM ends it, unless <c>--ignore-sigterm</c> is given.
/// </summary>
internal static class StandInDaemon
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = Value(arguments, "--root");
        Directory.CreateDirectory(root);
        await using var held = new FileStream(Path.Combine(root, "buildkitd.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Console.WriteLine("stand-in buildkitd: " + string.Join(' ', arguments));
        var ended = new TaskCompletionSource();
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            if (!arguments.Contains("--ignore-sigterm", StringComparer.Ordinal))
            {
                ended.TrySetResult();
            }
        });
        await using var bridge = BuildKitBridge.OnUnix(Environment.GetEnvironmentVariable("STANDIN_ENGINE")!, Value(arguments, "--addr")["unix://".Length..]);
        var id = Path.Combine(root, "stand-in.pid");
        await File.WriteAllTextAsync(id + ".new", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        File.Move(id + ".new", id, overwrite: true);
        await ended.Task;
        Console.WriteLine("stand-in buildkitd: stopped by SIGTERM");
        return 0;
    }

    private static string Value(string[] arguments, string name) => arguments[Array.IndexOf(arguments, name) + 1];
}
