using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Nerdctl;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Nerdctl;

[TestClass]
public sealed class NerdctlBuilderTests(TestContext context)
{
    [TestMethod]
    public async Task Probe_SeveralAddresses_IsAnErrorBeforeTheToolIsAsked()
    {
        var log = new RecordingLog();
        using var registries = new RegistryConnections(new RegistryOptions { Environment = _ => null, Log = log });
        var build = SampleBuild.Of(context, "FROM scratch\n", log, ("ContainerBuilder", "nerdctl"), ("ContainerBuilderEndpoint", "tcp://127.0.0.1:1;tcp://127.0.0.1:2"));

        var probe = await new NerdctlBuilder(new BuilderSurroundings(registries, _ => null, _ => null)).ProbeAsync(build, context.CancellationToken);

        Assert.AreEqual("OFB1002", probe.Diagnostic?.Descriptor.Code);
        Assert.Contains("'tcp://127.0.0.1:1;tcp://127.0.0.1:2', which is not one address", probe.Reason);
    }
}
