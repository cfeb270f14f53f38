using System.Net;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>Published samples, pulled from the real registry and run by real engines.</summary>
[TestClass, RequiresService("registry"), RequiresService("tools")]
public sealed class RunningFunctionTests(TestContext context)
{
    [TestMethod, RequiresService("docker"), RequiresService("podman")]
    [DataRow("hello-csharp", 1654, "Hello from OpenFaaS.Build.Sdk")]
    [DataRow("hello-dockerfile", 65534, "Hello")]
    public async Task Sample_Published_AnswersAsNonRootOnEveryEngine(string sample, int user, string answer)
    {
        var project = new SampleProject(context, sample);
        var digest = await project.PublishAsync();
        Assert.AreEqual(digest, await project.DigestAtRegistryAsync());

        foreach (var engine in (string[])["docker", "podman"])
        {
            await using var container = await EngineContainer.RunAsync(context, engine, $"{TestServices.Endpoint("registry")}/{project.Repository}@{digest}");

            Assert.Contains(answer, await container.Client.GetStringAsync("/", context.CancellationToken), engine);
            Assert.AreEqual("OK", (await container.Client.GetStringAsync("/_/health", context.CancellationToken)).Trim(), engine);
            Assert.AreEqual("OK", (await container.Client.GetStringAsync("/_/ready", context.CancellationToken)).Trim(), engine);
            Assert.AreEqual(user, await container.UserAsync(), engine);
            Assert.AreNotEqual(137, await container.StopAsync(), engine);
        }
    }

    [TestMethod, RequiresService("docker"), RequiresService("podman")]
    public async Task Drain_RequestInFlight_CompletesOnEveryEngine()
    {
        var project = new SampleProject(context, "hello-csharp");
        await project.PublishAsync();

        foreach (var engine in (string[])["docker", "podman"])
        {
            // With room for one request, readiness tells that it is in flight: 429.
            await using var container = await EngineContainer.RunAsync(context, engine, project.Reference, "-e", "max_inflight=1", "-e", "write_timeout=2m");
            var slow = container.Client.GetAsync("/slow?seconds=5", context.CancellationToken);
            await container.UntilAsync("/_/ready", (int)HttpStatusCode.TooManyRequests);

            await container.SignalAsync("TERM");
            await container.UntilAsync("/_/ready", (int)HttpStatusCode.ServiceUnavailable);
            Assert.IsFalse(slow.IsCompleted, engine);

            using var response = await slow;
            Assert.AreEqual("done\n", await response.Content.ReadAsStringAsync(context.CancellationToken), engine);
            Assert.AreEqual(0, await container.ExitCodeAsync(), engine);
        }
    }
}
