using System.CommandLine;

namespace OpenFaaS.Build.Worker;

internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        // What MSBuild calls needs none of the options and texts for people that a root brings along, which take longer to load than all else here.
        var build = BuildCommand.Create();
        var parsed = BuildCommand.IsComplete(args)
            ? build.Parse(args[1..])
            : new RootCommand("Builds OpenFaaS function images for MSBuild.") { build }.Parse(args);
        return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }
}
