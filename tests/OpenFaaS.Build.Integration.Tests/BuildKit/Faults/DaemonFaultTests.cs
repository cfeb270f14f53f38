using OpenFaaS.Build.Diagnostics;
using System.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>A daemon that dies or stalls is an error within 30 s; nothing is left behind, and the next build works.</summary>
[TestClass]
[RequiresService("docker26"), RequiresService("registry"), RequiresService("tools")]
public sealed class DaemonFaultTests(TestContext context)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Copies, steps that take their time, and an export: about four seconds.
    private const string Dockerfile = BuildKitFunction.WithShell
        + "RUN echo one && sleep 0.5\nCOPY large.bin /\nRUN echo two && sleep 0.5\nRUN head -c 30000000 /dev/urandom > /random\nRUN echo three && sleep 0.5\n";

    [TestMethod]
    public Task Publish_Case81DaemonKilledAtRandomMoments_FailsCodedAndWorksAfter() => KillAsync(rounds: 5);

    [TestMethod]
    [TestCategory("slow")]
    public Task Publish_Case81DaemonKilledAtManyRandomMoments_FailsCodedAndWorksAfter() => KillAsync(rounds: 20);

    [TestMethod]
    public async Task Publish_Case81DaemonPaused_FailsWithin30Seconds()
    {
        await using var engine = await PrivateEngine.StartAsync(context.CancellationToken);
        var function = Function(engine.Address);
        var before = FolderSnapshot.Of(function.Folder);
        var publish = function.PublishAsync();
        await Task.Delay(1500, context.CancellationToken);
        await engine.PauseAsync(context.CancellationToken);
        var started = Stopwatch.GetTimestamp();

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => publish);

        Assert.IsLessThan(Limit.TotalSeconds, Stopwatch.GetElapsedTime(started).TotalSeconds);
        Assert.StartsWith("OFB5", failure.Diagnostics[0].Descriptor.Code);
        FolderSnapshot.AssertNothingNew(function.Folder, before);
        await engine.ResumeAsync(context.CancellationToken);
        Assert.AreEqual((await function.PublishAsync()).Digest, await function.AtRegistryAsync("{{.Digest}}"));
    }

    private async Task KillAsync(int rounds)
    {
        await using var engine = await PrivateEngine.StartAsync(context.CancellationToken);
        var random = new Random(rounds);
        for (var round = 0; round < rounds; round++)
        {
            var function = Function(engine.Address);
            var before = FolderSnapshot.Of(function.Folder);
            var publish = function.PublishAsync();
            var delay = random.Next(0, 4000);
            await Task.Delay(delay, context.CancellationToken);
            await engine.KillAsync(context.CancellationToken);
            var killed = Stopwatch.GetTimestamp();
            try
            {
                // Late enough, and the image is there.
                Assert.AreEqual((await publish).Digest, await function.AtRegistryAsync("{{.Digest}}"));
            }
            catch (DiagnosticException e)
            {
                Assert.StartsWith("OFB", e.Diagnostics[0].Descriptor.Code, $"killed after {delay} ms");
                Assert.AreNotEqual("OFB9", e.Diagnostics[0].Descriptor.Code[..4], e.Diagnostics[0].Message);
                FolderSnapshot.AssertNothingNew(function.Folder, before);
            }

            Assert.IsLessThan(Limit.TotalSeconds, Stopwatch.GetElapsedTime(killed).TotalSeconds, $"killed after {delay} ms");
            await engine.RestartAsync(context.CancellationToken);
            Assert.AreEqual((await function.PublishAsync()).Digest, await function.AtRegistryAsync("{{.Digest}}"), $"killed after {delay} ms");
        }
    }

    private BuildKitFunction Function(string address)
    {
        var function = new BuildKitFunction(context, address, Dockerfile).ToRegistry();
        var large = new byte[20_000_000];
        Random.Shared.NextBytes(large);
        File.WriteAllBytes(Path.Combine(function.Folder, "large.bin"), large);
        return function;
    }
}
