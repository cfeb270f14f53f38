using OpenFaaS.Build.BuildKit.Connections;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

[TestClass]
public sealed class DaemonInfoTests
{
    [TestMethod]
    [DataRow("v0.12.5", "0.13", true)]
    [DataRow("v0.13.0-rc2", "0.13", false)]
    [DataRow("0.13.1+ds1", "0.13", false)]
    [DataRow("1.0.0", "0.13", false)]
    [DataRow("v0.0.0+unknown", "0.13", false)]
    [DataRow("self-made", "0.13", false)]
    [DataRow("", "0.11", true)]
    [DataRow("", "0.10", false)]
    public void IsBefore_TextOfAVersion_IsComparedByItsNumbers(string text, string version, bool expected) =>
        Assert.AreEqual(expected, new DaemonInfo(text, new Dictionary<string, string>()).IsBefore(Version.Parse(version)));

    [TestMethod]
    public void IsBefore_EngineBefore23_IsOlderThanWhatTellsNoVersion() =>
        Assert.IsTrue(new DaemonInfo("", new Dictionary<string, string>()) { IsInOldEngine = true }.IsBefore(new Version(0, 10)));
}
