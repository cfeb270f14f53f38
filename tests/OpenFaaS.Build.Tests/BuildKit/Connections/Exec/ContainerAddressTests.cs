using OpenFaaS.Build.BuildKit.Connections.Exec;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.BuildKit.Connections.Exec;

[TestClass]
public sealed class ContainerAddressTests
{
    [TestMethod]
    [DataRow("docker-container://buildx_buildkit_default0", false, "buildx_buildkit_default0")]
    [DataRow("podman-container://A-b.c/", true, "A-b.c")]
    [DataRow("Docker-Container://0123abc", false, "0123abc")]
    public void Parse_Name_IsTaken(string text, bool isPodman, string name) =>
        Assert.AreEqual(new ContainerAddress(isPodman, name), ContainerAddress.Parse(text));

    [TestMethod]
    [DataRow("docker-container://")]
    [DataRow("docker-container:///a")]
    [DataRow("docker-container://-a")]
    [DataRow("docker-container://../images")]
    [DataRow("docker-container://a/exec")]
    [DataRow("docker-container://a%2fb")]
    [DataRow("docker-container://a b")]
    [DataRow("docker-container://a#b")]
    [DataRow("docker-container://a\r\nHost: b")]
    [DataRow("docker-container://é")]
    [DataRow("kube-pod://a")]
    public void Parse_Case84NoName_IsRefused(string text)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => ContainerAddress.Parse(text));

        Assert.AreEqual("OFB5020", failure.Diagnostics[0].Descriptor.Code);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [TestMethod]
    [DataRow("docker-container://a?context=remote", "'context'")]
    [DataRow("podman-container://a?x", "'x'")]
    [DataRow("docker-container://a?namespace=b&c=d", "'namespace'")]
    public void Parse_Option_IsAnErrorThatNamesIt(string text, string named)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => ContainerAddress.Parse(text));

        Assert.Contains($"the option {named} is not supported", failure.Message);
    }
}
