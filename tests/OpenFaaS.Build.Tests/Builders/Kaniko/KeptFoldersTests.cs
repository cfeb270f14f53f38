using OpenFaaS.Build.Builders.Kaniko.Runners;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

[TestClass]
public sealed class KeptFoldersTests
{
    private static readonly KeptFolders Folders = new(() =>
    [
        "22 1 0:20 / / rw,relatime shared:1 - overlay overlay rw",
        "36 22 98:0 /root /builds rw,noatime master:1 - ext3 /dev/root rw",
        @"37 22 98:0 / /with\040space rw - ext3 /dev/root rw",
        "broken",
    ]);

    [TestMethod]
    [DataRow("/builds", true)]
    [DataRow("/builds/project/obj", true)]
    [DataRow("/with space/obj", true)]
    [DataRow("/kaniko/work", true)]
    [DataRow("/builds2/obj", false)]
    [DataRow("/kaniko2", false)]
    [DataRow("/home/user", false)]
    public void Keep_Path_IsMountedOrTheExecutorsOwn(string path, bool expected) => Assert.AreEqual(expected, Folders.Keep(path));
}
