using System.Globalization;

namespace OpenFaaS.Build.Host.Tests;

[TestClass]
public sealed class GoDurationTests
{
    [TestMethod]
    [DataRow("10s", "00:00:10")]
    [DataRow("1m30s", "00:01:30")]
    [DataRow("1.5h", "01:30:00")]
    [DataRow("500ms", "00:00:00.5")]
    [DataRow("250µs", "00:00:00.00025")]
    [DataRow("100ns", "00:00:00.0000001")]
    [DataRow("24h", "1.00:00:00")]
    [DataRow(".5s", "00:00:00.5")]
    [DataRow("10", "00:00:10")]
    [DataRow("0", "00:00:00")]
    public void TryParse_Duration_IsRead(string text, string expected)
    {
        Assert.IsTrue(GoDuration.TryParse(text, out var duration));
        Assert.AreEqual(TimeSpan.Parse(expected, CultureInfo.InvariantCulture), duration);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("s")]
    [DataRow("10x")]
    [DataRow("10 s")]
    [DataRow("1.2.3s")]
    [DataRow("-5s")]
    [DataRow("24h1ns")]
    [DataRow("86401")]
    [DataRow("99999999999999999999999h")]
    [DataRow("1s2")]
    [DataRow("1e3s")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.IsFalse(GoDuration.TryParse(text, out _));
}
