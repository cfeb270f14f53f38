using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.K3c;

/// <summary>k3c and pouch, whose daemons hold an old BuildKit: here it is that of Docker 20.10, and for pushes that it makes itself that of 26.1 behind a bridge.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("tools")]
public sealed class EmbeddedDaemonTests(TestContext context)
{
    private const string Steps = BuildKitFunction.WithShell + "ARG WORD=wrong\nRUN echo \"$WORD\" > /word\n";

    [TestMethod]
    [DataRow("k3c", "2021", "nerdctl and buildkit")]
    [DataRow("pouch", "2020", "buildkit and podman")]
    public async Task Publish_OldBuildKit_HonoursArgumentsAndWarnsOnce(string builder, string since, string successors)
    {
        var function = Function(builder, TestServices.Endpoint("docker")).Set("ContainerImageTags", "one;two");

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}", "one"), image.Digest);
        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}", "two"), image.Digest);
        Assert.AreEqual("right\n", await function.FileAtRegistryAsync("word", "one"));
        Assert.AreEqual(builder, image.Builder);
        var warning = function.Log.Diagnostics.Single(diagnostic => diagnostic.Descriptor.Code == "OFB2620").Message;
        Assert.Contains(since, warning);
        Assert.Contains(successors, warning);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Publish_K3cOfItsVariable_IsReachedAndPushes(bool hasScheme)
    {
        await using var bridge = BuildKitBridge.OnUnix(TestServices.Endpoint("docker26"));
        var function = Function("k3c", "");
        function.Environment["K3C_ADDRESS"] = hasScheme ? bridge.Address : bridge.Address["unix://".Length..];

        var image = await function.PublishAsync();

        Assert.AreEqual(await function.AtRegistryAsync("{{.Digest}}"), image.Digest);
        Assert.AreNotEqual(0, bridge.Connections);
    }

    [TestMethod]
    [DataRow("k3c", "/run/k3c/k3c.sock")]
    [DataRow("pouch", "/run/buildkit/buildkitd.sock")]
    public async Task Publish_NothingGivenAndNothingThere_NamesTheUsualSocket(string builder, string socket)
    {
        if (File.Exists(socket))
        {
            Assert.Inconclusive($"{socket} is there.");
        }

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Function(builder, "").PublishAsync());

        Assert.Contains(socket, failure.Diagnostics.Single().Message);
    }

    [TestMethod]
    [DataRow("k3c", "RUN --mount=type=cache,target=/c true\n", "RUN --mount")]
    [DataRow("pouch", "RUN --mount=type=cache,target=/c true\n", "RUN --mount")]
    [DataRow("k3c", "COPY <<E /e\nx\nE\n", "here-documents")]
    public async Task Publish_NewerThanTheirParser_IsAnErrorBeforeAnythingStarts(string builder, string step, string input)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Function(builder, "unix:///nowhere.sock", BuildKitFunction.WithShell + step).PublishAsync());

        Assert.AreEqual("OFB2002", failure.Diagnostics.Single().Descriptor.Code);
        Assert.Contains(input, failure.Message);
    }

    [TestMethod]
    public async Task Publish_PouchWithACache_IsAnErrorSinceItsProtocolHasNone()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => Function("pouch", "unix:///nowhere.sock").Add("ContainerCacheFrom", "type=registry,ref=registry.example.com/c").PublishAsync());

        Assert.AreEqual("OFB2002", failure.Diagnostics.Single().Descriptor.Code);
    }

    private BuildKitFunction Function(string builder, string endpoint, string dockerfile = Steps) =>
        new BuildKitFunction(context, endpoint, dockerfile).ToRegistry().Set("ContainerBuilder", builder).Add("ContainerBuildArg", "WORD", "Value", "right");
}
