using System.CommandLine;

namespace OpenFaaS.Build.Worker;

internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        var root = new RootCommand("Builds OpenFaaS function images for MSBuild.") { BuildCommand.Create() };
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }
}
