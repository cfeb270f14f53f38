using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Tests.Model;

[TestClass]
public sealed class ContainerdReaderTests
{
    [TestMethod]
    [DataRow("unix:///run/c.sock", "/run/c.sock")]
    [DataRow("/run/c.sock", "/run/c.sock")]
    public void Read_Address_IsAPath(string text, string expected) =>
        Assert.AreEqual(new ContainerdModel(expected, "k8s.io"), Read(("ContainerdAddress", text), ("ContainerdNamespace", "k8s.io")).Builder.Engine.Containerd);

    [TestMethod]
    public void Read_LocalRegistry_IsContainerd() =>
        Assert.AreEqual("containerd", ((EngineDestination)Read(("LocalRegistry", "Containerd")).Destination).Engine);

    [TestMethod]
    [DataRow("ContainerdAddress", "tcp://1.2.3.4:5")]
    [DataRow("ContainerdAddress", "c.sock")]
    [DataRow("ContainerdNamespace", "--help")]
    [DataRow("ContainerdNamespace", "a b")]
    [DataRow("ContainerdNamespace", "a..b")]
    [DataRow("ImgBackend", "btrfs")]
    public void Read_Invalid_IsACodedErrorThatNamesTheProperty(string property, string value)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Read((property, value)));

        Assert.Contains(property, failure.Diagnostics.Single().Message);
    }

    private static FunctionModel Read(params (string Name, string Value)[] properties) =>
        FunctionModelReader.Read(RequestBuilder.Create("any", [("FunctionTemplate", "x"), .. properties]), _ => null);
}
