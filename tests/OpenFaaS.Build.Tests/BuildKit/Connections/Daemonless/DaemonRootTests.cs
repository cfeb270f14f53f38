using OpenFaaS.Build.BuildKit.Connections.Daemonless;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections.Daemonless;

[TestClass]
public sealed class DaemonRootTests(TestContext context)
{
    [TestMethod]
    public void Take_SideBySideAndAfterwards_GivesTheLowestFreeFolder()
    {
        var first = Take();
        using var second = Take();
        var path = first.Path;
        Assert.AreNotEqual(path, second.Path);

        first.Dispose();
        using var again = Take();

        Assert.AreEqual(path, again.Path);
        Assert.AreEqual(Path.Combine(context.Folder(), "openfaas-build-sdk", "buildkitd", "0"), path);
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
    }

    [TestMethod]
    public void Take_DaemonOfADeadWorkerHoldsIt_PassesItOver()
    {
        var root = Take();
        Directory.CreateDirectory(root.Path);
        root.Dispose();
        using var daemon = new FileStream(Path.Combine(root.Path, "buildkitd.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        using var other = Take();

        Assert.EndsWith("/1", other.Path);
    }

    [TestMethod]
    public void Take_LinkInItsPlace_IsRefused()
    {
        using var root = Take();
        Directory.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(root.Path)!, "1"), "/tmp");

        Assert.ThrowsExactly<DiagnosticException>(Take);
    }

    [TestMethod]
    public void Take_CacheIsAFile_IsACodedError()
    {
        var file = Path.Combine(context.Folder(), "file");
        File.WriteAllText(file, "");

        var failure = Assert.ThrowsExactly<DiagnosticException>(() => DaemonRoot.Take(name => name == "XDG_CACHE_HOME" ? file : null));

        Assert.AreEqual("OFB5043", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Create_DeepTemporaryFolder_KeepsTheSocketShort()
    {
        var deep = Path.Combine(context.Folder(), new string('d', 120));
        Directory.CreateDirectory(deep);

        using var folder = DaemonFolder.Create(deep);
        var path = Path.GetDirectoryName(folder.Socket)!;

        Assert.AreEqual("/tmp", Path.GetDirectoryName(path));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        folder.Dispose();
        Assert.IsFalse(Directory.Exists(path));
    }

    private DaemonRoot Take() => DaemonRoot.Take(name => name == "XDG_CACHE_HOME" ? context.Folder() : null);
}
