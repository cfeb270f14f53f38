using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>Base images that an engine has in its store: what they are pinned to, and whether they have changed.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class BaseImageTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_BaseOfTheEnginesStoreBuiltAgain_IsNoticed(string service)
    {
        var name = "local-" + Guid.NewGuid().ToString("n");
        await BuildAsync(service, name, "one");
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), $"FROM {name}\n").ToRegistry();
        await function.PublishAsync();
        await BuildAsync(service, name, "two");

        await function.PublishAsync();

        Assert.AreEqual("two", await function.FileAtRegistryAsync("content"));
        await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["rmi", "-f", name], context.CancellationToken);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_PinnedBaseWithAnotherInTheEnginesStore_IsThePinnedOne(string service)
    {
        var (reference, digest) = await PushAsync("pinned");
        await BuildAsync(service, reference, "another");
        var function = new BuildKitFunction(context, TestServices.Endpoint(service), $"FROM {reference}\nCOPY busybox /\n").ToRegistry();
        function.Write("openfaas.lock.json", $$"""{ "version": 1, "templates": {}, "images": { "{{reference}}": "{{digest}}" } }""");

        await function.PublishAsync();

        Assert.AreEqual("pinned", await function.FileAtRegistryAsync("content"));
        await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["rmi", "-f", reference], context.CancellationToken);
    }

    [TestMethod]
    public async Task Publish_PinnedImageThatOnlyAMountNames_IsACodedErrorWhereItCannotBeTold()
    {
        var (reference, digest) = await PushAsync("pinned");
        var function = new BuildKitFunction(
            context, TestServices.Endpoint("docker"), BuildKitFunction.WithShell + $"RUN --mount=from={reference},target=/other cp /other/content /\n").ToRegistry();
        function.Write("openfaas.lock.json", $$"""{ "version": 1, "templates": {}, "images": { "{{reference}}": "{{digest}}" } }""");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        Assert.AreEqual("OFB2611", failure.Diagnostics.Single().Descriptor.Code, failure.Message);
    }

    [TestMethod]
    public async Task Publish_LayoutAsNamedContext_IsTheBaseImage()
    {
        var (reference, _) = await PushAsync("from the layout");
        var layout = Path.Combine(context.Folder(), "layout");
        await Tool.RunAsync("skopeo", ["copy", "--src-tls-verify=false", "docker://" + reference, $"oci:{layout}:v1"], context.CancellationToken);
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), "FROM base\nCOPY busybox /\n").ToRegistry()
            .Add("ContainerBuildContext", "base", "Source", $"oci-layout://{layout}:v1");

        await function.PublishAsync();

        Assert.AreEqual("from the layout", await function.FileAtRegistryAsync("content"));
    }

    private async Task<(string Reference, string Digest)> PushAsync(string content)
    {
        var function = new BuildKitFunction(context, TestServices.Endpoint("docker26"), "FROM scratch\nCOPY content /\n").ToRegistry().Write("content", content);
        return (function.Reference, (await function.PublishAsync()).Digest);
    }

    private async Task BuildAsync(string service, string name, string content)
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), Guid.NewGuid().ToString("n"))).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "content"), content, context.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), "FROM scratch\nCOPY content /\n", context.CancellationToken);
        await Tool.RunAsync(TestServices.Fact(service, "CLI"), ["build", "-t", name, folder], context.CancellationToken);
    }
}
