using System.Text;

namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>The sample stack: one publish, three functions in three languages at the real registry.</summary>
[TestClass, RequiresService("registry"), RequiresService("tools")]
public sealed class SampleStackTests(TestContext context)
{
    [TestMethod, RequiresService("docker")]
    public async Task Publish_EachFunction_AnswersAsNonRootAndEndsOnSigterm()
    {
        var stack = new SampleStack(context);
        var digests = await stack.PublishAsync();

        // nodeinfo has skip_build.
        Assert.AreEqual("hello-perl,hello-python,hello-shell", string.Join(',', digests.Keys.Order(StringComparer.Ordinal)));
        await CallAsync(stack, digests, "hello-python", "one two three", """{"greeting": "Hello from one stack", "language": "Python", "words": 3}""");
        await CallAsync(stack, digests, "hello-perl", "abc", "Hello from one stack, in Perl: cba");
        await CallAsync(stack, digests, "hello-shell", "abc", "Hello from one stack, in shell: ABC");
    }

    [TestMethod]
    public async Task Publish_Unchanged_AsksByHeadAndSendsNothing()
    {
        var log = new AccessLog(context);
        var stack = new SampleStack(context);
        var first = await stack.PublishAsync();
        await log.TakeAsync(stack.Path);

        var second = await stack.PublishAsync();
        var requests = await log.TakeAsync(stack.Path);

        CollectionAssert.AreEquivalent(first.ToList(), second.ToList());
        Assert.IsNotEmpty(requests, "the second publish asks");
        Assert.IsTrue(requests.All(request => request.StartsWith("HEAD ", StringComparison.Ordinal)), string.Join('\n', requests));
    }

    [TestMethod]
    public async Task Publish_OneHandlerChanged_OtherFunctionsKeepTheirDigests()
    {
        var stack = new SampleStack(context);
        var first = await stack.PublishAsync();

        stack.Write("hello-shell/handler", "#!/bin/sh\necho changed\n");
        var second = await stack.PublishAsync();

        Assert.AreNotEqual(first["hello-shell"], second["hello-shell"]);
        Assert.AreEqual(second["hello-shell"], await stack.DigestAtRegistryAsync("hello-shell"));
        Assert.AreEqual(first["hello-perl"], second["hello-perl"]);
        Assert.AreEqual(first["hello-python"], second["hello-python"]);
    }

    private async Task CallAsync(SampleStack stack, IReadOnlyDictionary<string, string> digests, string function, string body, string expected)
    {
        Assert.AreEqual(digests[function], await stack.DigestAtRegistryAsync(function), function);
        await using var container = await EngineContainer.RunAsync(context, "docker", stack.Reference(function), "--read-only", "--tmpfs", "/tmp");

        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using var response = await container.Client.PostAsync("/", content, context.CancellationToken);
        Assert.AreEqual(expected, (await response.Content.ReadAsStringAsync(context.CancellationToken)).Trim(), function);
        Assert.AreEqual("OK", (await container.Client.GetStringAsync("/_/health", context.CancellationToken)).Trim(), function);
        Assert.AreEqual("OK", (await container.Client.GetStringAsync("/_/ready", context.CancellationToken)).Trim(), function);
        Assert.AreEqual(65534, await container.UserAsync(), function);
        Assert.AreEqual(0, await container.StopAsync(), function);
    }
}
