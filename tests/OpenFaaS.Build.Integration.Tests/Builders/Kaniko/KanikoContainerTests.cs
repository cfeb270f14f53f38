using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.Builders.Contract;
using OpenFaaS.Build.Integration.Tests.BuildKit.Faults;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko;

/// <summary>The container of the executor: how it is found, and that none is left.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("podman"), RequiresService("tools")]
public sealed class KanikoContainerTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;

    [TestMethod]
    [DataRow("docker")]
    [DataRow("podman")]
    public async Task Publish_Cancelled_LeavesNoContainer(string engine)
    {
        var step = new StepProcess();
        var (function, calls) = await KanikoExecutor.RecordedAsync(context, engine, Shell + step.Instruction);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var publish = function.ToRegistry().PublishAsync(cancel.Token);
        await Task.WhenAny(publish, step.UntilAsync(isRunning: true, TimeSpan.FromSeconds(60), context.CancellationToken));

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => publish);
        Assert.DoesNotContain(KanikoExecutor.ContainerOf(calls()), await ContainersAsync(engine));
        Assert.IsEmpty(function.Log.Diagnostics.Where(diagnostic => diagnostic.Descriptor.Code == "OFB2703").ToList());
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("podman")]
    public async Task Publish_Case86ExecutorKilled_SaysSoWithTheStep(string engine)
    {
        var step = new StepProcess();
        var (function, calls) = await KanikoExecutor.RecordedAsync(context, engine, Shell + step.Instruction);
        var publish = function.ToRegistry().PublishAsync();
        await Task.WhenAny(publish, step.UntilAsync(isRunning: true, TimeSpan.FromSeconds(60), context.CancellationToken));

        await Tool.RunAsync(TestServices.Fact(engine, "CLI"), ["kill", "--signal", "KILL", KanikoExecutor.ContainerOf(calls())], context.CancellationToken);

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => publish)).Diagnostics.Single();
        Assert.AreEqual("OFB2707", failure.Descriptor.Code);
        Assert.Contains(step.Instruction.Trim(), failure.Message);
        Assert.AreEqual(5, failure.Location?.Line);
    }

    [TestMethod]
    [RequiresService("docker26")]
    public async Task Publish_Case81EngineKilled_IsACodedErrorThatNamesTheContainerItLeaves()
    {
        await using var engine = await PrivateEngine.StartAsync(context.CancellationToken);
        await KanikoExecutor.GiveAsync(context, engine.CommandLine);
        var step = new StepProcess();
        var (function, calls) = await KanikoExecutor.RecordedAsync(context, "docker", Shell + step.Instruction, engine.CommandLine);
        var publish = function.ToRegistry().PublishAsync();
        await Task.WhenAny(publish, step.UntilAsync(isRunning: true, TimeSpan.FromSeconds(90), context.CancellationToken));

        await engine.KillAsync(context.CancellationToken);

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => publish.WaitAsync(TimeSpan.FromSeconds(30), context.CancellationToken))).Diagnostics.Single();
        Assert.AreEqual("OFB2702", failure.Descriptor.Code, failure.Message);
        var warning = function.Log.Diagnostics.Single(diagnostic => diagnostic.Descriptor.Code == "OFB2703");
        Assert.Contains(KanikoExecutor.ContainerOf(calls()), warning.Message);
        await engine.RestartAsync(context.CancellationToken);
        try
        {
            await Tool.RunAsync(engine.CommandLine, ["rm", "--force", KanikoExecutor.ContainerOf(calls())], context.CancellationToken);
        }
        catch (InvalidOperationException e) when (e.Message.Contains("already in progress", StringComparison.Ordinal))
        {
            // Started again, the engine removes a container of --rm by itself.
        }

        await step.UntilAsync(isRunning: false, TimeSpan.FromSeconds(15), context.CancellationToken);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("podman")]
    public async Task Publish_ImageThatIsNotThere_IsNamed(string engine)
    {
        var image = $"{TestServices.Endpoint("registry")}/none/executor-{Guid.NewGuid():n}:1";
        var function = KanikoExecutor.Function(context, engine, Shell + "RUN true\n").ToRegistry().Set("KanikoImage", image);

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2702", failure.Descriptor.Code);
        Assert.Contains(image, failure.Message);
    }

    [TestMethod]
    public async Task Publish_StepEndsWithACodeOfTheEnginesOwn_IsTheStepsCode()
    {
        var function = KanikoExecutor.Function(context, "docker", Shell + "RUN no-such-command\n").ToRegistry();

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2602", failure.Descriptor.Code);
        Assert.Contains("exit code 127", failure.Message);
    }

    [TestMethod]
    public async Task Publish_NoImageNamed_NamesOneThatIsKept()
    {
        var function = KanikoExecutor.Function(context, "docker", Shell).ToRegistry().Set("KanikoImage", "");

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2700", failure.Descriptor.Code);
    }

    [TestMethod]
    [DataRow("docker", "DOCKER_HOST", "tcp://192.0.2.1:2376")]
    [DataRow("docker", "", "ssh://builder@192.0.2.1")]
    [DataRow("podman", "CONTAINER_HOST", "ssh://builder@192.0.2.1/run/podman/podman.sock")]
    [DataRow("podman", "", "tcp://127.0.0.1:8080")]
    public async Task Publish_EngineOfAnotherMachine_IsRefusedWithTheOtherWays(string engine, string variable, string address)
    {
        var function = KanikoExecutor.Function(context, engine, Shell).ToRegistry().Set(KanikoExecutor.PropertyOf(engine), "/usr/bin/" + engine);
        if (variable.Length > 0)
        {
            function.Environment[variable] = address;
        }
        else
        {
            function.Set("ContainerBuilderEndpoint", address);
        }

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2701", failure.Descriptor.Code);
        Assert.Contains(address, failure.Message);
        Assert.Contains("kubernetes", failure.Descriptor.NextStep);
    }

    private Task<string> ContainersAsync(string engine) => Tool.RunAsync(TestServices.Fact(engine, "CLI"), ["ps", "--all", "--format", "{{.Names}}"], context.CancellationToken);
}
