using System.Globalization;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>A publish that is stopped while it sends ends with everything it started, moves no tag and leaves no output.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class SignalTests(TestContext context)
{
    [TestMethod]
    [DataRow("INT", false, "publish", DisplayName = "SIGINT to dotnet publish alone")]
    [DataRow("INT", true, "publish", DisplayName = "Ctrl+C, which is SIGINT to all processes of the terminal")]
    [DataRow("TERM", false, "publish", DisplayName = "SIGTERM to dotnet publish alone")]
    [DataRow("TERM", true, "publish", DisplayName = "SIGTERM to all processes, as systemd and CI runners send it")]
    [DataRow("INT", false, "build", "-t:Publish", DisplayName = "SIGINT to dotnet build -t:Publish")]
    [DataRow("TERM", false, "build", "-t:Publish", DisplayName = "SIGTERM to dotnet build -t:Publish")]
    public async Task Publish_Signalled_LeavesNothingAndFails(string signal, bool toGroup, params string[] verb)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registry = new RegistryStandIn { Fault = request => Stall(request, reached) };
        var project = FunctionProject.AnyLanguage(context, properties: $"<ContainerRegistry>{registry.Name}</ContainerRegistry>");

        // A session of its own, and signals as a terminal's shell would hand them over: a background shell may have them ignored.
        using var process = DotNet.Start(project.Folder, project.Environment, ["env", "--default-signal=INT,TERM", "dotnet", .. verb, "-c", "Release"], "setsid");
        var finished = DotNet.FinishAsync(process, context.CancellationToken);
        await (await Task.WhenAny(reached.Task, finished));
        Assert.IsTrue(reached.Task.IsCompleted, "The upload has begun.");
        Assert.HasCount(1, Workers(project));

        await Tool.RunAsync("kill", ["-s", signal, "--", (toGroup ? "-" : "") + process.Id.ToString(CultureInfo.InvariantCulture)], context.CancellationToken);
        var result = await finished;

        Assert.AreNotEqual(0, result.ExitCode, result.Output);
        Assert.IsEmpty(Workers(project), "The worker ends before the build does.");
        Assert.AreEqual(0, registry.Count("PUT manifest"));
        Assert.AreSequenceEqual(["obj/Release/openfaas/my-cool-function.request.json"], project.Files().Where(file => file.Contains("/openfaas/", StringComparison.Ordinal)));
        Assert.IsEmpty(Directory.GetDirectories(project.At("obj/Release/openfaas")));
        Assert.DoesNotContain("   at ", result.Output + result.Error);
        Assert.DoesNotContain("MSB4018", result.Output + result.Error);

        // On SIGTERM the dotnet command leaves no time to print.
        Assert.AreSequenceEqual(signal == "INT" ? ["OFB9003"] : result.ErrorCodes.Where(code => code == "OFB9003").Take(1), result.ErrorCodes, result.Output);
    }

    private static StandInReply? Stall(StandInRequest request, TaskCompletionSource reached)
    {
        if (request.Kind != "PUT upload")
        {
            return null;
        }

        reached.TrySetResult();
        return new StandInReply(201) { Silent = true };
    }

    // Processes that were given this project's request file.
    private static List<string> Workers(FunctionProject project) =>
        [.. Directory.GetDirectories("/proc").Where(folder => CommandLine(folder).Contains(project.At("obj"), StringComparison.Ordinal) && CommandLine(folder).Contains("--request", StringComparison.Ordinal))];

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
