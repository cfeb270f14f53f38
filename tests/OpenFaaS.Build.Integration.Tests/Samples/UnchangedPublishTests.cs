namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>An unchanged publish sends nothing, and puts back what is gone: the registry's access log is the evidence.</summary>
[TestClass, RequiresService("registry"), RequiresService("tools")]
public sealed class UnchangedPublishTests(TestContext context)
{
    [TestMethod]
    [DataRow("hello-csharp")]
    [DataRow("hello-dockerfile")]
    public async Task Publish_Unchanged_AsksByHeadAndSendsNothing(string sample)
    {
        var log = new AccessLog(context);
        var project = new SampleProject(context, sample);
        var first = await project.PublishAsync();
        var sent = await log.TakeAsync(project.Repository);

        var second = await project.PublishAsync();
        var requests = await log.TakeAsync(project.Repository);

        Assert.AreEqual(first, second);
        Assert.IsTrue(sent.Any(request => request.StartsWith("PUT ", StringComparison.Ordinal)), "the first publish sends");
        Assert.IsNotEmpty(requests, "the second publish asks");
        Assert.IsTrue(requests.All(request => request.StartsWith("HEAD ", StringComparison.Ordinal)), string.Join('\n', requests));
    }

    [TestMethod]
    [DataRow("hello-csharp")]
    [DataRow("hello-dockerfile")]
    public async Task Publish_TagThenRepositoryDeleted_RestoresThem(string sample)
    {
        var project = new SampleProject(context, sample);
        var digest = await project.PublishAsync();

        await Tool.RunAsync("skopeo", ["delete", "--tls-verify=false", "docker://" + project.Reference], context.CancellationToken);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(project.DigestAtRegistryAsync);
        Assert.AreEqual(digest, await project.PublishAsync());
        Assert.AreEqual(digest, await project.DigestAtRegistryAsync());

        // The registry has no request for this; an operator deletes the folder.
        Directory.Delete(Path.Combine(TestServices.Fact("registry", "FOLDER"), "docker/registry/v2/repositories", project.Repository), recursive: true);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(project.DigestAtRegistryAsync);
        Assert.AreEqual(digest, await project.PublishAsync());
        Assert.AreEqual(digest, await project.DigestAtRegistryAsync());
        await Tool.RunAsync("skopeo", ["copy", "-q", "--src-tls-verify=false", "docker://" + project.Reference, "dir:" + Path.Combine(context.Folder(), "copy")], context.CancellationToken);
    }
}
