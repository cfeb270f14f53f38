using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Files;

[TestClass]
[TestCategory("fault-22")]
public sealed class OwnFolderTests(TestContext context)
{
    [TestMethod]
    [DataRow("folder", null)]
    [DataRow("folder/", null)]
    [DataRow("missing", null)]
    [DataRow("link", "it is a symbolic link to '/etc'")]
    [DataRow("link/", "it is a symbolic link to '/etc'")]
    [DataRow("dangling", "it is a symbolic link to 'nowhere'")]
    [DataRow("file", "it is no folder")]
    public void EnsureTrusted_Path_SaysWhatIsWrong(string name, string? expected)
    {
        var root = context.Folder();
        Directory.CreateDirectory(Path.Combine(root, "folder"));
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), "/etc");
        Directory.CreateSymbolicLink(Path.Combine(root, "dangling"), "nowhere");
        File.WriteAllText(Path.Combine(root, "file"), "");

        if (expected is null)
        {
            OwnFolder.EnsureTrusted(Path.Combine(root, name));
            return;
        }

        var failure = Assert.ThrowsExactly<DiagnosticException>(() => OwnFolder.EnsureTrusted(Path.Combine(root, name)));
        Assert.AreEqual("OFB4010", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(expected, failure.Diagnostics[0].Message);
    }
}
