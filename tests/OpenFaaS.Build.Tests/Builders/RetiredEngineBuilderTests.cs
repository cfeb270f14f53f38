using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders;

[TestClass]
public sealed class RetiredEngineBuilderTests(TestContext context)
{
    [TestMethod]
    public async Task Build_SeveralFunctions_WarnsOnceAPublish()
    {
        var log = new RecordingLog();
        var builder = new RetiredEngineBuilder(BuilderStandIn.Usable("img"), 2021, "buildah and buildkit");
        var build = SampleBuild.Of(context, "FROM scratch\n", log);

        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsExactlyAsync<NotSupportedException>(() => builder.BuildAsync(build, context.CancellationToken));
        }

        var warning = log.Diagnostics.Single();
        Assert.AreEqual(("OFB2620", DiagnosticSeverity.Warning), (warning.Descriptor.Code, warning.Descriptor.Severity));
        Assert.Contains("'img' works by a tool that nobody has worked on since 2021; buildah and buildkit replace it", warning.Message);
    }

    [TestMethod]
    public async Task Probe_IsTheBuildersAndNoWarning()
    {
        var log = new RecordingLog();
        var builder = new RetiredEngineBuilder(BuilderStandIn.Missing("k3c"), 2021, "nerdctl");

        Assert.IsFalse((await builder.ProbeAsync(SampleBuild.Of(context, "FROM scratch\n", log), context.CancellationToken)).Usable);
        Assert.AreEqual("k3c", builder.Capabilities.Name);
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public void Kim_IsAnsweredWithAPointerToNerdctl()
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => BuilderSelection.EnsureKnown(new BuilderCatalog([]), "kim", "/p.csproj"));

        Assert.AreEqual("OFB2621", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("ContainerBuilder=nerdctl", failure.Message);
    }
}
