using OpenFaaS.Build.Builders.K3c;
using OpenFaaS.Build.Builders.Pouch;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Tests.Builders.K3c;

[TestClass]
public sealed class DaemonPlaceTests
{
    [TestMethod]
    [DataRow(null, null, "unix:///run/k3c/k3c.sock")]
    [DataRow("", null, "unix:///run/k3c/k3c.sock")]
    [DataRow("/run/other.sock", null, "unix:///run/other.sock")]
    [DataRow("unix:///run/other.sock", null, "unix:///run/other.sock")]
    [DataRow("/run/other.sock", "tcp://127.0.0.1:1", "tcp://127.0.0.1:1")]
    public void K3c_EndpointThenVariableThenUsualPlace(string? variable, string? endpoint, string expected)
    {
        var engine = K3cDaemon.Place(name => name == "K3C_ADDRESS" ? variable : null)(new EngineModel { Endpoints = endpoint is null ? [] : [endpoint] });

        Assert.AreEqual(expected, engine.Endpoints.Single());
    }

    [TestMethod]
    [DataRow(null, "unix:///run/buildkit/buildkitd.sock")]
    [DataRow("unix:///run/p.sock", "unix:///run/p.sock")]
    public void Pouch_EndpointThenUsualPlace(string? endpoint, string expected) =>
        Assert.AreEqual(expected, PouchDaemon.Place(new EngineModel { Endpoints = endpoint is null ? [] : [endpoint], CaFile = "/ca" }).Endpoints.Single());
}
