namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>What a publish remembers is what was sent, also where a file changes while it runs.</summary>
[TestClass]
[RequiresService("registry")]
public sealed class ChangedFileTests(TestContext context)
{
    [TestMethod]
    [RequiresService("docker")]
    public Task Publish_FileChangesDuringABuildOfDocker20_IsBuiltTheNextTime() => ChangeAsync("docker");

    [TestMethod]
    [RequiresService("docker26")]
    public Task Publish_FileChangesDuringABuildOfDocker26_IsBuiltTheNextTime() => ChangeAsync("docker26");

    [TestMethod]
    [RequiresService("docker26")]
    public async Task Publish_FileThatNoStepNeedsGoesMeanwhile_IsBuiltTheNextTime()
    {
        var function = Slow("docker26").Write("unused.txt", "x");

        var publish = function.PublishAsync();
        await ContextIsSentAsync(function, publish);
        File.Delete(Path.Combine(function.Folder, "unused.txt"));
        await publish;
        Assert.AreEqual("first", await function.FileAtRegistryAsync("data.txt"));
        await function.PublishAsync();

        Assert.DoesNotContain("Nothing has changed", function.Messages);
    }

    private BuildKitFunction Slow(string service)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), "").Write("data.txt", "first").ToRegistry();
        return function.Write("Dockerfile", BuildKitFunction.WithShell + $"RUN sleep 3; echo {function.Name}\nCOPY data.txt /data.txt\n");
    }

    private async Task ContextIsSentAsync(BuildKitFunction function, Task publish)
    {
        while (!function.Log.Messages.ToList().Exists(message => message.Contains("load build context", StringComparison.Ordinal)))
        {
            Assert.IsFalse(publish.IsCompleted, function.Messages);
            await Task.Delay(20, context.CancellationToken);
        }
    }

    private async Task ChangeAsync(string service)
    {
        var function = Slow(service);

        var publish = function.PublishAsync();
        await ContextIsSentAsync(function, publish);
        function.Write("data.txt", "later");
        await publish;
        Assert.AreEqual("first", await function.FileAtRegistryAsync("data.txt"));
        await function.PublishAsync();

        Assert.DoesNotContain("Nothing has changed", function.Messages);
        Assert.AreEqual("later", await function.FileAtRegistryAsync("data.txt"));
        await function.PublishAsync();
        Assert.Contains("Nothing has changed", function.Messages);
    }
}
