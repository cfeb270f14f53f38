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

    private async Task ChangeAsync(string service)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), "");
        function.Write("Dockerfile", BuildKitFunction.WithShell + $"RUN sleep 3; echo {function.Name}\nCOPY data.txt /data.txt\n").Write("data.txt", "first").ToRegistry();

        var publish = function.PublishAsync();
        while (!function.Log.Messages.ToList().Exists(message => message.Contains("load build context", StringComparison.Ordinal)))
        {
            Assert.IsFalse(publish.IsCompleted, function.Messages);
            await Task.Delay(20, context.CancellationToken);
        }

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
