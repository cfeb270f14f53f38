using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Daemonless;

namespace OpenFaaS.Build.StandInBuildKit;

/// <summary>A worker that starts a private daemon and then waits to be killed; it says <c>ready</c> once it has a connection.</summary>
internal static class StandInWorker
{
    public static async Task<int> RunAsync()
    {
        await using var transport = DaemonlessTransport.TryCreate(new ConnectionSettings { Environment = Environment.GetEnvironmentVariable })!;
        await using var stream = await transport.ConnectAsync(CancellationToken.None);
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
