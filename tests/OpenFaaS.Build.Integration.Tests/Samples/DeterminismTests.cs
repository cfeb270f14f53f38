namespace OpenFaaS.Build.Integration.Tests.Samples;

/// <summary>The same sources give the same digest, wherever and however they are published.</summary>
[TestClass, RequiresService("registry"), RequiresService("tools")]
public sealed class DeterminismTests(TestContext context)
{
    [TestMethod]
    [DataRow("hello-csharp")]
    [DataRow("hello-dockerfile")]
    public async Task Publish_OtherFolderZoneUmaskLocaleAndCaches_SameDigest(string sample)
    {
        var here = new SampleProject(context, sample, "a");
        var there = new SampleProject(context, sample, "another/and longer/place", here.Repository + "-there");

        var first = await here.PublishAsync("022", "TZ=UTC", "LANG=C", "LC_ALL=C");
        var second = await there.PublishAsync(
            "077", "TZ=Asia/Kathmandu", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", $"NUGET_PACKAGES={context.Folder()}/packages", $"TMPDIR={context.Folder()}");

        Assert.AreEqual(first, second);
        Assert.AreEqual(await here.DigestAtRegistryAsync(), await there.DigestAtRegistryAsync());
    }

    [TestMethod]
    [DataRow("hello-csharp", "Handler.cs", "Hello", "Hallo")]
    [DataRow("hello-dockerfile", "handler.sh", "Hello", "Hallo")]
    public async Task Publish_OneWordChanged_OtherDigest(string sample, string file, string word, string other)
    {
        var project = new SampleProject(context, sample);
        var first = await project.PublishAsync();

        project.Write(file, (await File.ReadAllTextAsync(Path.Combine(project.Folder, file), context.CancellationToken)).Replace(word, other, StringComparison.Ordinal));
        var second = await project.PublishAsync();

        Assert.AreNotEqual(first, second);
        Assert.AreEqual(second, await project.DigestAtRegistryAsync());
    }
}
