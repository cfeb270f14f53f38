using OpenFaaS.Build.Builders.Embedded.Copying;
using OpenFaaS.Build.Diagnostics;
using FileMode = OpenFaaS.Build.Builders.Embedded.Copying.FileMode;

namespace OpenFaaS.Build.Tests.Builders.Embedded;

[TestClass]
public sealed class FileModeTests
{
    [TestMethod]
    [DataRow("755", "644", false, "755")]
    [DataRow("0644", "755", true, "644")]
    [DataRow("07777", "0", false, "7777")]
    [DataRow("u=rwX,go=rX", "600", false, "644")]
    [DataRow("u=rwX,go=rX", "700", true, "755")]
    [DataRow("+x", "644", false, "755")]
    [DataRow("a-w", "777", false, "555")]
    [DataRow("g=u", "640", false, "660")]
    [DataRow("u+s", "755", false, "4755")]
    [DataRow("+t", "755", true, "1755")]
    public void Apply_Mode_IsAsChmodDoes(string mode, string current, bool isFolder, string expected) =>
        Assert.AreEqual(Convert.ToInt32(expected, 8), FileMode.Parse(mode).Apply(Convert.ToInt32(current, 8), isFolder));

    [TestMethod]
    [DataRow("888")]
    [DataRow("77777")]
    [DataRow("u")]
    [DataRow("z=r")]
    [DataRow("u=q")]
    [DataRow("")]
    public void Parse_Invalid_IsACodedError(string mode) =>
        Assert.AreEqual("OFB2107", Assert.ThrowsExactly<DiagnosticException>(() => FileMode.Parse(mode)).Diagnostics[0].Descriptor.Code);
}
