using OpenFaaS.Build.BuildKit.Connections.Pods;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>Addresses of daemons in pods.</summary>
[TestClass]
public sealed class PodAddressTests
{
    [TestMethod]
    [DataRow("kube-pod://buildkitd-0", "kube-pod://buildkitd-0")]
    [DataRow("KUBE-POD://a.b/", "kube-pod://a.b")]
    [DataRow("kube-pod://a?container=c&namespace=n", "kube-pod://a?namespace=n&container=c")]
    [DataRow("kube-deployment://a?context=arn:aws:eks:x:1:cluster%2Fy&namespace=n", "kube-deployment://a?namespace=n&context=arn%3Aaws%3Aeks%3Ax%3A1%3Acluster%2Fy")]
    public void Parse_Address_IsWrittenTheSameAgain(string text, string expected)
    {
        var address = PodAddress.Parse(text);

        Assert.AreEqual(expected, address.ToString());
        Assert.AreEqual(address, PodAddress.Parse(address.ToString()));
    }

    [TestMethod]
    [DataRow("kube-pod://")]
    [DataRow("kube-pod://../secrets")]
    [DataRow("kube-pod://a/b")]
    [DataRow("kube-pod://A")]
    [DataRow("kube-pod://-a")]
    [DataRow("kube-pod://a?namespace=..")]
    [DataRow("kube-pod://a?namespace=a%2Fb")]
    [DataRow("kube-pod://a?container=")]
    [DataRow("kube-pod://a?context=%0A")]
    [DataRow("kube-pod://a?token=canary")]
    [DataRow("kube-statefulset://a")]
    public void Parse_OtherForm_IsACodedError(string text) =>
        Assert.AreEqual("OFB2815", Assert.ThrowsExactly<DiagnosticException>(() => PodAddress.Parse(text)).Diagnostics[0].Descriptor.Code);
}
