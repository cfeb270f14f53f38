using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Tests.Dockerfiles;

[TestClass]
public sealed class GoDurationTests
{
    [TestMethod]
    [DataRow("0", 0L)]
    [DataRow("+0", 0L)]
    [DataRow("0s", 0L)]
    [DataRow("5ns", 5L)]
    [DataRow("5us", 5_000L)]
    [DataRow("5\u00B5s", 5_000L)]
    [DataRow("5\u03BCs", 5_000L)]
    [DataRow("30s", 30_000_000_000L)]
    [DataRow("1h2m3.5s4ms", 3_723_504_000_000L)]
    [DataRow(".5s", 500_000_000L)]
    [DataRow("5.s", 5_000_000_000L)]
    [DataRow("-1m", -60_000_000_000L)]
    [DataRow("0.00000000000000000000000000000000000001h", 0L)]
    [DataRow("9223372036854775807ns", long.MaxValue)]
    public void TryParse_Duration_IsInNanoseconds(string text, long expected)
    {
        Assert.IsTrue(GoDuration.TryParse(text, out var actual));
        Assert.AreEqual(expected, actual);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("-")]
    [DataRow("5")]
    [DataRow("s")]
    [DataRow(".s")]
    [DataRow("1.2.3s")]
    [DataRow("1 s")]
    [DataRow("1d")]
    [DataRow("1S")]
    [DataRow("1s5")]
    [DataRow("--1s")]
    [DataRow("9223372036854775808ns")]
    [DataRow("99999999999999999999999999999999999999999999999h")]
    public void TryParse_NoDuration_Fails(string text) => Assert.IsFalse(GoDuration.TryParse(text, out _));
}
