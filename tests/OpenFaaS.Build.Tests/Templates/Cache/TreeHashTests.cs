using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Templates.Cache;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Cache;

[TestClass]
public sealed class TreeHashTests(TestContext context)
{
    [TestMethod]
    public void Of_Folder_IsTheDocumentedHash()
    {
        var folder = Make("a");
        string[] records = [$"100644 {Hash("FROM scratch")} Dockerfile\0", $"120000 {Hash("/etc/hostname")} a/link\0", $"100755 {Hash("#!")} a/run\0"];

        Assert.AreEqual("sha256:" + Hash(string.Concat(records)), TreeHash.Of(folder));
    }

    [TestMethod]
    public void Of_MetadataEmptyFoldersAndTimes_DoNotCount()
    {
        var folder = Make("a");
        var before = TreeHash.Of(folder);
        File.WriteAllText(Path.Combine(folder, "meta.json"), "{}");
        Directory.CreateDirectory(Path.Combine(folder, "empty", "deep"));
        File.SetLastWriteTimeUtc(Path.Combine(folder, "Dockerfile"), DateTime.UnixEpoch);

        Assert.AreEqual(before, TreeHash.Of(folder));
        Assert.AreEqual(before, TreeHash.Of(folder + "/"));
    }

    [TestMethod]
    [DataRow("content")]
    [DataRow("name")]
    [DataRow("mode")]
    [DataRow("link")]
    [DataRow("inner metadata")]
    public void Of_AnyChange_ChangesIt(string change)
    {
        var folder = Make("a");
        var before = TreeHash.Of(folder);
        switch (change)
        {
            case "content":
                File.AppendAllText(Path.Combine(folder, "Dockerfile"), "\n");
                break;
            case "name":
                File.Move(Path.Combine(folder, "Dockerfile"), Path.Combine(folder, "dockerfile"));
                break;
            case "mode":
                File.SetUnixFileMode(Path.Combine(folder, "a", "run"), UnixFileMode.UserRead);
                break;
            case "link":
                File.Delete(Path.Combine(folder, "a", "link"));
                File.WriteAllText(Path.Combine(folder, "a", "link"), "/etc/hostname");
                break;
            default:
                File.WriteAllText(Path.Combine(folder, "a", "meta.json"), "{}");
                break;
        }

        Assert.AreNotEqual(before, TreeHash.Of(folder));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private string Make(string name)
    {
        var folder = Path.Combine(context.Folder(), name);
        Directory.CreateDirectory(Path.Combine(folder, "a"));
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), "FROM scratch");
        File.WriteAllText(Path.Combine(folder, "a", "run"), "#!");
        File.SetUnixFileMode(Path.Combine(folder, "a", "run"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(folder, "a", "link"), "/etc/hostname");
        return folder;
    }
}
