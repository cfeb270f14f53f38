using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>The BuildKit in Docker 20.10 leaves out what it does not know, without a word: the build says so.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26"), RequiresService("podman"), RequiresService("tools")]
public sealed class OldDaemonTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;

    [TestMethod]
    public async Task Publish_NamedContext_IsRefusedAndNoImageOfItsNameIsTaken()
    {
        var foreign = new BuildKitFunction(context, TestServices.Endpoint("docker26"), "FROM scratch\nCOPY busybox /file\n").ToRegistry();
        await foreign.PublishAsync();
        var function = Function("docker", $"FROM scratch\nCOPY --from={foreign.Reference} /file /\n").Write("extra/file", "from the folder")
            .Add("ContainerBuildContext", foreign.Reference, "Source", "extra");

        var failure = await FailureAsync(function);

        Assert.AreEqual("OFB5413", failure.Descriptor.Code, failure.Message);
        Assert.Contains("contexts", failure.Message);
    }

    [TestMethod]
    public async Task Publish_Ulimit_IsACodedErrorHereAndInForceOnANewerOne()
    {
        const string Steps = Shell + "RUN ulimit -n > /limit\n";

        var failure = await FailureAsync(Function("docker", Steps).Add("ContainerUlimit", "nofile=100:200"));
        var newer = Function("docker26", Steps).Add("ContainerUlimit", "nofile=100:200");
        await newer.PublishAsync();

        Assert.AreEqual("OFB5511", failure.Descriptor.Code, failure.Message);
        Assert.Contains("@(ContainerUlimit)", failure.Message);
        Assert.AreEqual("100\n", await newer.FileAtRegistryAsync("limit"));
    }

    [TestMethod]
    [DataRow("docker", true)]
    [DataRow("docker26", false)]
    public async Task Publish_Epoch_IsAWarningWhereItIsNotHonoured(string service, bool isWarning)
    {
        var function = Function(service, Shell).Set("SOURCE_DATE_EPOCH", "1000000000");

        await function.PublishAsync();

        Assert.AreEqual(isWarning, function.Log.Diagnostics.Any(diagnostic => diagnostic.Descriptor.Code == "OFB5512"));
    }

    [TestMethod]
    public async Task Publish_AutomaticWithAnInputThatTheEngineCannotHonour_TakesAnotherBuilder()
    {
        var function = Function("docker", Shell + "RUN echo made > /made\n").Set("ContainerBuilder", "auto").Set("ContainerBuilderEndpoint", "").Add("ContainerAnnotation", "a", "Value", "b");
        function.Environment["DOCKER_HOST"] = TestServices.Endpoint("docker");
        function.Environment["CONTAINER_HOST"] = TestServices.Endpoint("podman");

        var image = await function.PublishAsync();

        Assert.AreEqual("podman", image.Builder, function.Messages);
        Assert.Contains("\"a\":\"b\"", image.Manifest);
    }

    private static async Task<Diagnostic> FailureAsync(BuildKitFunction function) =>
        (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

    private BuildKitFunction Function(string service, string dockerfile) => new BuildKitFunction(context, TestServices.Endpoint(service), dockerfile).ToRegistry();
}
