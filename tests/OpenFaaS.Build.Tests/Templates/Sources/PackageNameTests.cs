using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Sources;

namespace OpenFaaS.Build.Tests.Templates.Sources;

[TestClass]
public sealed class PackageNameTests
{
    [TestMethod]
    [DataRow("Acme.Templates", "1.2.3", "acme.templates/1.2.3")]
    [DataRow("A", "1", "a/1.0.0")]
    [DataRow("A_b-C", "1.0", "a_b-c/1.0.0")]
    [DataRow("A", "1.2.3.0", "a/1.2.3")]
    [DataRow("A", "1.2.3.4", "a/1.2.3.4")]
    [DataRow("A", "01.002.0", "a/1.2.0")]
    [DataRow("A", "1.0.0-Beta.1+sha.abc", "a/1.0.0-beta.1")]
    [DataRow("A", "1.0-rc", "a/1.0.0-rc")]
    public void Parse_Name_IsThatOfPackagesFolders(string id, string version, string expected)
    {
        var name = PackageName.Parse(id, version);

        Assert.AreEqual(expected, $"{name.Id}/{name.Version}");
        Assert.AreEqual($"{expected}/{name.Id}.{name.Version}.nupkg", name.RelativePath);
    }

    [TestMethod]
    [DataRow("", "1.0.0")]
    [DataRow("..", "1.0.0")]
    [DataRow("a..b", "1.0.0")]
    [DataRow("../a", "1.0.0")]
    [DataRow("a/b", "1.0.0")]
    [DataRow("a\\b", "1.0.0")]
    [DataRow("a b", "1.0.0")]
    [DataRow("a\n", "1.0.0")]
    [DataRow("ä", "1.0.0")]
    [DataRow("a", "")]
    [DataRow("a", "*")]
    [DataRow("a", "1.*")]
    [DataRow("a", "[1.0,2.0)")]
    [DataRow("a", "1.0.0.0.0")]
    [DataRow("a", "../1.0.0")]
    [DataRow("a", "1.0.0-../x")]
    [DataRow("a", "1.0.0\n")]
    [DataRow("a", "99999999999999999999.0")]
    public void Parse_NoExactName_IsAnError(string id, string version)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => PackageName.Parse(id, version));

        Assert.AreEqual("OFB6130", error.Diagnostics.Single().Descriptor.Code);
        Assert.DoesNotContain("\n", error.Message);
    }
}
