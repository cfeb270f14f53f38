using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

/// <summary>Whose exit code it is, and that no container stays; the engine's command is a stand-in.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ExecutorContainerTests(TestContext context)
{
    private readonly RecordingLog log = new();

    private string Container => Path.Combine(context.Folder(), "container");

    private string Asked => Path.Combine(context.Folder(), "asked");

    [TestMethod]
    public async Task Run_CancelledWhileTheEngineMakesTheContainer_WaitsForItAndRemovesIt()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var run = RunAsync("docker", $"touch '{Asked}'; exec sleep 60", cancel.Token);
        while (!File.Exists(Asked))
        {
            await Task.Delay(10, context.CancellationToken);
        }

        // The command that asked for it is gone by then.
        var making = Task.Run(async () =>
        {
            await Task.Delay(1000, CancellationToken.None);
            await File.WriteAllTextAsync(Container, "", CancellationToken.None);
        }, CancellationToken.None);
        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => run);
        await making;
        Assert.IsFalse(File.Exists(Container));
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    [DataRow("docker", "docker: command failed")]
    [DataRow("podman", "Error: Cannot find module")]
    public async Task Run_StepEndsAsTheCommandDoes_IsTheStepsExitCode(string command, string said) => Assert.AreEqual(127, await RunAsync(
        command, $"echo '{said}' >&2; echo 'error building image: error building stage: waiting for process to exit: exit status 127'; exit 127", context.CancellationToken));

    [TestMethod]
    public async Task Run_CommandLosesTheContainerInAStep_IsItsReason()
    {
        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(
            "docker", """echo '{"level":"info","msg":"RUN sleep 9"}' >&2; echo 'error waiting for container: unexpected EOF' >&2; exit 125""", context.CancellationToken))).Diagnostics.Single();

        Assert.AreEqual("OFB2702", failure.Descriptor.Code);
    }

    [TestMethod]
    [DataRow("docker", "docker: no such image.")]
    [DataRow("podman", "Error: no such image")]
    public async Task Run_CommandCouldNotRunTheContainer_IsItsReason(string command, string said)
    {
        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(command, $"echo '{said}' >&2; exit 125", context.CancellationToken))).Diagnostics.Single();

        Assert.AreEqual("OFB2702", failure.Descriptor.Code);
        Assert.Contains("no such image", failure.Message);
    }

    private async Task<int> RunAsync(string name, string script, CancellationToken cancellationToken)
    {
        var program = Path.Combine(context.Folder(), "command");
        await Tool.WriteScriptAsync(program, $"""
            #!/bin/sh
            case "$1" in
              run) {script} ;;
              container) [ -e '{Container}' ] && exit 0; echo "Error: No such container: $5" >&2; exit 1 ;;
              rm) rm -f '{Container}' ;;
            esac

            """, context.CancellationToken);
        var container = new ExecutorContainer(name == "docker" ? ContainerCommand.Docker : ContainerCommand.Podman, new BuildTool(name, program), log);
        return await container.RunAsync(["image"], KanikoRunSample.Of(context, log), cancellationToken);
    }
}
