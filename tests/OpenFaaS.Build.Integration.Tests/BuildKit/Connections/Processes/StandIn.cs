namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Processes;

/// <summary>Writes programs that stand in for BuildKit's own; see the project StandInBuildKit.</summary>
internal static class StandIn
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "StandInBuildKit.dll");

    /// <summary>The command that starts a stand-in.</summary>
    public static string Command(string role) => $"exec dotnet exec '{Assembly}' {role}";

    /// <summary>Writes <c>folder/buildkitd</c>, a daemon with the engine's BuildKit behind it.</summary>
    public static Task WriteDaemonAsync(string folder, string engine, CancellationToken cancellationToken) =>
        WriteAsync(Path.Combine(folder, "buildkitd"), $"export STANDIN_ENGINE='{engine}'\n{Command("buildkitd")} \"$@\"", cancellationToken);

    /// <summary>Writes <c>folder/buildctl</c>, whose usual daemon is the one at a socket.</summary>
    public static Task WriteDialAsync(string folder, string socket, CancellationToken cancellationToken) =>
        WriteAsync(Path.Combine(folder, "buildctl"), $"export STANDIN_SOCKET='{socket}'\n{Command("buildctl")} \"$@\"", cancellationToken);

    private static Task WriteAsync(string path, string script, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return Tool.WriteScriptAsync(path, $"#!/bin/sh\n{script}\n", cancellationToken);
    }
}
