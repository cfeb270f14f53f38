namespace OpenFaaS.Build.StandInBuildKit;

/// <summary>The first argument says whose place is taken; the rest is what the real program would get.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments) => arguments switch
    {
        ["buildkitd", .. var rest] => StandInDaemon.RunAsync(rest),
        ["buildctl", .. var rest] => StandInDial.RunAsync(rest),
        ["worker"] => StandInWorker.RunAsync(),
        _ => throw new ArgumentException("The first argument is buildkitd, buildctl or worker.", nameof(arguments)),
    };
}
