using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

/// <summary>The executor in the container of the publish, which it replaces; it is a stand-in.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ExecutorRunnerTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Run_SecondFunctionInOneContainer_IsRefusedWhileTheFirstGoesOn()
    {
        var (program, runs) = (Path.Combine(context.Folder(), "executor"), Path.Combine(context.Folder(), "runs"));
        await Tool.WriteScriptAsync(program, $"#!/bin/sh\necho run >>'{runs}'\nsleep 1\n", context.CancellationToken);
        var runner = new ExecutorRunner(_ => null, new KeptFolders(() => [$"36 22 98:0 / {context.Folder()} rw"]));
        var first = runner.RunAsync(KanikoRunSample.Of(context, log, ("KanikoExecutor", program)), context.CancellationToken);

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => runner.RunAsync(KanikoRunSample.Of(context, log, ("KanikoExecutor", program)), context.CancellationToken))).Diagnostics.Single();

        Assert.AreEqual("OFB2716", failure.Descriptor.Code);
        Assert.IsNotNull(failure.Location);
        Assert.AreEqual(0, (await first).ExitCode);
        Assert.HasCount(1, await File.ReadAllLinesAsync(runs, context.CancellationToken));
    }
}
