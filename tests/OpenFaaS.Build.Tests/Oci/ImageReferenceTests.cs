using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Tests.Oci;

[TestClass]
public sealed class ImageReferenceTests
{
    private const string Sha = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [TestMethod]
    [DataRow("busybox", "docker.io/library/busybox")]
    [DataRow("index.docker.io/a/b:1", "docker.io/a/b:1")]
    [DataRow("alexellis2/fn", "docker.io/alexellis2/fn")]
    [DataRow("localhost/fn", "localhost/fn")]
    [DataRow("127.0.0.1:5000/a/b:tag", "127.0.0.1:5000/a/b:tag")]
    [DataRow("ghcr.io/x/y@" + Sha, "ghcr.io/x/y@" + Sha)]
    [DataRow("ghcr.io/x/y:1.0@" + Sha, "ghcr.io/x/y:1.0@" + Sha)]
    [DataRow("[::1]:5000/x", "[::1]:5000/x")]
    public void TryParse_ValidReference_CompletesAndRoundTrips(string text, string expected)
    {
        Assert.IsTrue(ImageReference.TryParse(text, out var reference));
        Assert.AreEqual(expected, reference.ToString());
        Assert.IsTrue(ImageReference.TryParse(reference.ToString(), out var again));
        Assert.AreEqual(reference, again);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Upper/Case")]
    [DataRow("a//b")]
    [DataRow("a:b:c")]
    [DataRow("a@sha256:zz")]
    [DataRow("a@sha512:00")]
    [DataRow("-x.io/a")]
    [DataRow("a/../b")]
    [DataRow("a b")]
    public void TryParse_InvalidReference_IsRefused(string text) => Assert.IsFalse(ImageReference.TryParse(text, out _));
}
