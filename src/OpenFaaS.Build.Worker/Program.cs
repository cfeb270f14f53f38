using System.CommandLine;
using OpenFaaS.Build.Worker;

var root = new RootCommand("Builds OpenFaaS function images for MSBuild.") { BuildCommand.Create() };
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
