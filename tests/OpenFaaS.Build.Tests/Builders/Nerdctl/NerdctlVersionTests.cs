using OpenFaaS.Build.Builders.Nerdctl;

namespace OpenFaaS.Build.Tests.Builders.Nerdctl;

[TestClass]
public sealed class NerdctlVersionTests
{
    [TestMethod]
    [DataRow("nerdctl version 2.0.3\n", "2.0.3")]
    [DataRow("nerdctl version v1.7.7-12-gabc", "1.7.7")]
    [DataRow("nerdctl version 2.1.0-rc.1", "2.1.0")]
    [DataRow("nerdctl version <unknown>", null)]
    [DataRow("version 99999999999999999999.0.0", null)]
    public void Read_Text_IsItsThreeNumbers(string text, string? expected) => Assert.AreEqual(expected, NerdctlVersion.Read(text)?.ToString());
}
