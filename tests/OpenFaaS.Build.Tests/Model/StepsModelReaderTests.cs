using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Tests.Model;

[TestClass]
public sealed class StepsModelReaderTests
{
    [TestMethod]
    public void Read_Everything_IsInTheModel()
    {
        var request = RequestBuilder.Create(
            "any",
            ("FunctionTemplate", "x"), ("ContainerBuilderEndpoint", "tcp://a:1 ; tcp://b:1"), ("ContainerBuilderCaFile", "ca.pem"), ("ContainerInsecureEndpoint", "true"),
            ("ContainerNetwork", "HOST"), ("ContainerNoCache", "build;test"), ("ContainerProvenance", "max"), ("ContainerSbom", "true"), ("ContainerPull", "always"),
            ("ContainerProgress", "plain"), ("ContainerTrace", "trace.json"))
            .With("ContainerBuildSecret", ("npm", "Source", "env:NPM"), ("key", "Source", "file:a=b"))
            .With("ContainerBuildSsh", ("default", "Source", ""))
            .With("ContainerBuildContext", ("base", "Source", "docker-image://alpine"))
            .With("ContainerAddHost", ("one=10.0.0.1", "", ""), ("two:[::1]", "", ""), ("gate:host-gateway", "", ""))
            .With("ContainerUlimit", ("nofile=1024:2048", "", ""))
            .With("ContainerAllow", ("security.insecure", "", ""), ("device=nvidia", "", ""));

        var builder = FunctionModelReader.Read(request, _ => null).Builder;

        CollectionAssert.AreEqual(new[] { "tcp://a:1", "tcp://b:1" }, builder.Engine.Endpoints.ToArray());
        Assert.AreEqual("/work/src/My.Function/ca.pem", builder.Engine.CaFile);
        Assert.IsTrue(builder.Engine.AllowInsecure);
        Assert.AreEqual("host", builder.Steps.Network);
        Assert.IsFalse(builder.NoCache);
        CollectionAssert.AreEqual(new[] { "build", "test" }, builder.Steps.NoCacheStages.ToArray());
        Assert.AreEqual(("mode=max", ""), (builder.Steps.Provenance, builder.Steps.Sbom));
        Assert.AreEqual((PullPolicy.Always, ProgressMode.Plain, "/work/src/My.Function/trace.json"), (builder.Pull, builder.Progress, builder.TraceFile));
        CollectionAssert.AreEqual(new NamedSource[] { new("npm", "env:NPM"), new("key", "file:a=b") }, builder.Steps.Secrets.ToArray());
        CollectionAssert.AreEqual(new NamedSource[] { new("default", "") }, builder.Steps.Ssh.ToArray());
        CollectionAssert.AreEqual(new NamedSource[] { new("base", "docker-image://alpine") }, builder.Steps.Contexts.ToArray());
        CollectionAssert.AreEqual(new NamedSource[] { new("one", "10.0.0.1"), new("two", "::1"), new("gate", "host-gateway") }, builder.Steps.Hosts.ToArray());
        CollectionAssert.AreEqual(new[] { "security.insecure", "device=nvidia" }, builder.Steps.Allow.ToArray());
        foreach (var input in new[] { "ContainerBuilderEndpoint", "ContainerNetwork", "ContainerProvenance", "ContainerSbom", "ContainerAddHost", "ContainerUlimit", "ContainerTrace" })
        {
            Assert.Contains(input, builder.SpecialInputs);
        }
    }

    [TestMethod]
    public void Read_Nothing_HasNoSpecialInputs()
    {
        var builder = FunctionModelReader.Read(RequestBuilder.Create("any", ("FunctionTemplate", "x")), _ => null).Builder;

        Assert.IsEmpty(builder.SpecialInputs);
        Assert.IsEmpty(builder.Engine.Endpoints);
        Assert.IsNull(builder.Steps.Network);
        Assert.IsNull(builder.Steps.Provenance);
        Assert.IsFalse(builder.NoCache);
    }

    [TestMethod]
    [DataRow("true", true, 0)]
    [DataRow("False", false, 0)]
    [DataRow("build", false, 1)]
    public void Read_NoCache_IsAllOrNamesOfStages(string value, bool all, int stages)
    {
        var builder = FunctionModelReader.Read(RequestBuilder.Create("any", ("FunctionTemplate", "x"), ("ContainerNoCache", value)), _ => null).Builder;

        Assert.AreEqual((all, stages), (builder.NoCache, builder.Steps.NoCacheStages.Count));
    }

    [TestMethod]
    [DataRow("ContainerBuildSecret", "id", "the-secret-itself")]
    [DataRow("ContainerBuildSecret", "id", "file:")]
    [DataRow("ContainerBuildSecret", "id", "")]
    [DataRow("ContainerBuildContext", "base", "")]
    [DataRow("ContainerAddHost", "name", "")]
    [DataRow("ContainerAddHost", "na/me=10.0.0.1", "")]
    [DataRow("ContainerAddHost", "name=10.0.0.1,other=1.2.3.4", "")]
    [DataRow("ContainerUlimit", "nofile", "")]
    [DataRow("ContainerUlimit", "nofile=1,core=2", "")]
    [DataRow("ContainerAllow", "everything", "")]
    public void Read_MalformedItem_IsOneErrorThatDoesNotShowSecrets(string type, string include, string source)
    {
        var request = RequestBuilder.Create("any", ("FunctionTemplate", "x")).With(type, (include, "Source", source));

        var failure = Assert.ThrowsExactly<DiagnosticException>(() => FunctionModelReader.Read(request, _ => null));

        Assert.AreEqual("OFB1002", failure.Diagnostics.Single().Descriptor.Code);
        Assert.DoesNotContain("the-secret-itself", failure.Diagnostics[0].Message);
    }

    [TestMethod]
    public void Read_SecretNamedTwice_IsAnError()
    {
        var request = RequestBuilder.Create("any", ("FunctionTemplate", "x")).With("ContainerBuildSecret", ("a", "Source", "env:A"), ("a", "Source", "env:B"));

        Assert.AreEqual("OFB1002", Assert.ThrowsExactly<DiagnosticException>(() => FunctionModelReader.Read(request, _ => null)).Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    [DataRow("true", "mode=min")]
    [DataRow("min", "mode=min")]
    [DataRow("mode=max,inline-only=true", "mode=max,inline-only=true")]
    [DataRow("false", null)]
    public void Read_Provenance_TakesWhatDockerBuildTakes(string value, string? expected) => Assert.AreEqual(
        expected, FunctionModelReader.Read(RequestBuilder.Create("any", ("FunctionTemplate", "x"), ("ContainerProvenance", value)), _ => null).Builder.Steps.Provenance);
}
