using System.Diagnostics;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Faults;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Docker;

/// <summary>An engine that goes away, or stops, in the middle of a build.</summary>
[TestClass]
[RequiresService("docker26")]
public sealed class ClassicFaultTests(TestContext context)
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Publish_Case81EngineKilledOrPausedInAStep_IsACodedErrorWithin30Seconds(bool isKilled)
    {
        await using var engine = await PrivateEngine.StartAsync(context.CancellationToken);
        var function = new BuildKitFunction(context, engine.Address, BuildKitFunction.WithShell + "RUN echo step-began; sleep 600\n")
            .Set("ContainerBuilder", "docker").Set("DockerBuildKit", "false").Set("ContainerProgress", "plain").Set("ContainerArchiveOutputPath", "out.tar");
        var began = new TaskCompletionSource();
        var log = new TriggerLog(" step-began", began.SetResult);
        var publish = function.PublishAsync(log);
        await Task.WhenAny(publish, began.Task);

        var started = Stopwatch.GetTimestamp();
        await (isKilled ? engine.KillAsync(context.CancellationToken) : engine.PauseAsync(context.CancellationToken));
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => publish);

        Assert.AreEqual("OFB2419", failure.Diagnostics[0].Descriptor.Code, failure.Message);
        Assert.IsLessThan(30, Stopwatch.GetElapsedTime(started).TotalSeconds);
        Assert.IsFalse(File.Exists(Path.Combine(function.Folder, "out.tar")));
    }
}
