using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Docker;

/// <summary>What goes wrong in the classic builder is told by a code, at the line of the Dockerfile.</summary>
[TestClass]
[RequiresService("registry"), RequiresService("docker"), RequiresService("docker26")]
public sealed class ClassicFailureTests(TestContext context)
{
    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_StepFails_GivesItsExitCodeAndItsLastLines(string service)
    {
        var function = ClassicFunction.On(context, service, "RUN true\nRUN echo to-output; \\\n    echo to-error >&2; exit 7\n").ToRegistry();

        var diagnostic = await FailAsync(function);

        Assert.AreEqual("OFB2410", diagnostic.Descriptor.Code, diagnostic.Message);
        Assert.Contains("exit code 7.", diagnostic.Message);
        Assert.Contains("to-output", diagnostic.Message);
        Assert.Contains("to-error", diagnostic.Message);
        Assert.Contains("'RUN echo to-output;", diagnostic.Message);
        Assert.AreEqual(6, diagnostic.Location?.Line);
        Assert.EndsWith("Dockerfile", diagnostic.Location!.File);
    }

    [TestMethod]
    [DataRow("docker", "FROM {registry}/no-such-image:1", "OFB2414")]
    [DataRow("docker26", "FROM {registry}/no-such-image:1", "OFB2414")]
    [DataRow("docker", "FROM scratch\nCOPY --from={registry}/no-such-image:1 /a /", "OFB2414")]
    [DataRow("docker26", "FROM scratch\nCOPY --from={registry}/no-such-image:1 /a /", "OFB2414")]
    [DataRow("docker", "FROM no.such.host.invalid/image:1", "OFB2416")]
    [DataRow("docker26", "FROM no.such.host.invalid/image:1", "OFB2416")]
    [DataRow("docker", "FROM scratch\nCOPY not-there /", "OFB2417")]
    [DataRow("docker26", "FROM scratch\nCOPY not-there /", "OFB2417")]
    [DataRow("docker", "FROM scratch\nRUN no-shell", "OFB2411")]
    [DataRow("docker26", "FROM scratch\nRUN no-shell", "OFB2411")]
    public async Task Publish_StepCannotBeCarriedOut_IsACodedErrorAtItsLine(string service, string dockerfile, string code)
    {
        dockerfile = dockerfile.Replace("{registry}", TestServices.Endpoint("registry"), StringComparison.Ordinal);
        var function = ClassicFunction.On(context, service, "").ToRegistry().Write("Dockerfile", dockerfile + "\n");

        var diagnostic = await FailAsync(function);

        Assert.AreEqual(code, diagnostic.Descriptor.Code, diagnostic.Message);
        Assert.AreEqual(dockerfile.Split('\n').Length, diagnostic.Location?.Line, diagnostic.Message);
        Assert.DoesNotContain("status 200", diagnostic.Message);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_PrivateBaseWithoutCredentials_IsDenied(string service)
    {
        var function = ClassicFunction.On(context, service, "").ToRegistry().Set("ContainerPull", "always")
            .Write("Dockerfile", $"FROM {await PrivateRegistry.PushImageAsync(context)}\n");

        var diagnostic = await FailAsync(function);

        Assert.AreEqual("OFB2415", diagnostic.Descriptor.Code, diagnostic.Message);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_BaseMayNotBePulled_IsACodedError(string service)
    {
        var function = ClassicFunction.On(context, service, "").ToRegistry().Set("ContainerPull", "never")
            .Write("Dockerfile", $"FROM {TestServices.Endpoint("registry")}/not-here:1\n");

        var diagnostic = await FailAsync(function);

        Assert.AreEqual("OFB2429", diagnostic.Descriptor.Code, diagnostic.Message);
    }

    [TestMethod]
    [DataRow("docker")]
    [DataRow("docker26")]
    public async Task Publish_RegistryRefusesThePush_IsACodedError(string service)
    {
        var function = ClassicFunction.On(context, service, "RUN true\n").ToRegistry("registry-auth");

        var diagnostic = await FailAsync(function);

        Assert.AreEqual("OFB5505", diagnostic.Descriptor.Code, diagnostic.Message);
    }

    private static async Task<Diagnostic> FailAsync(BuildKitFunction function) =>
        (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics[0];
}
