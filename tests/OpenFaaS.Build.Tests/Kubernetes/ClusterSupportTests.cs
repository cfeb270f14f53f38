using OpenFaaS.Build.Kubernetes;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Tests.Kubernetes;

[TestClass]
public sealed class ClusterSupportTests
{
    [TestMethod]
    [DataRow("KanikoRunner", " Kubernetes ", null, true)]
    [DataRow("KanikoRunner", "docker", null, false)]
    [DataRow("ContainerBuilderEndpoint", "tcp://one:1;kube-pod://two", null, true)]
    [DataRow("ContainerBuilderEndpoint", "KUBE-DEPLOYMENT://two", null, true)]
    [DataRow("ContainerBuilderEndpoint", "unix:///run/buildkit.sock", null, false)]
    [DataRow("ContainerBuilderEndpoint", "", "kube-pod://one", true)]
    [DataRow("ContainerBuilderEndpoint", "", "tcp://one:1", false)]
    public void IsNeededFor_Request_TellsWhetherItLeadsToACluster(string property, string value, string? buildKitHost, bool expected)
    {
        var request = new BuildRequest
        {
            Version = BuildRequest.CurrentVersion,
            Project = "/p/p.csproj",
            ProjectName = "p",
            ProjectDirectory = "/p/",
            Shape = "any",
            OutputDirectory = "/p/obj/",
            Properties = new Dictionary<string, string> { [property] = value },
        };

        Assert.AreEqual(expected, ClusterSupport.IsNeededFor(request, name => name == "BUILDKIT_HOST" ? buildKitHost : null));
    }

    [TestMethod]
    public void IsAvailable_PortableProgram_IsTrue() => Assert.IsTrue(ClusterSupport.IsAvailable);
}
