using OpenFaaS.Build.BuildKit.Connections.Ssh;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections.Ssh;

[TestClass]
public sealed class SshCommandTests(TestContext context)
{
    [TestMethod]
    public void Arguments_AllParts_StandInTheirPlaces()
    {
        var arguments = SshCommand.Arguments(new SshAddress("user", "host", 2222, null), TimeSpan.FromSeconds(15)).ToList();

        CollectionAssert.AreEqual((string[])["-T", "-l", "user", "-p", "2222", "--", "host", "buildctl", "dial-stdio"], arguments[arguments.IndexOf("-T")..]);
        Assert.Contains("BatchMode=yes", arguments);
        Assert.Contains("ConnectTimeout=15", arguments);
    }

    [TestMethod]
    [DataRow("/run/buildkit/buildkitd.sock")]
    [DataRow("/it's $(touch x) `y` ; \"z\" \\")]
    public async Task Arguments_Socket_IsOneWordToTheShellOnTheOtherSide(string socket)
    {
        var arguments = SshCommand.Arguments(new SshAddress(null, "host", null, socket), TimeSpan.FromSeconds(15)).ToList();
        var line = string.Join(' ', arguments[(arguments.IndexOf("host") + 2)..]);

        var words = await Tool.RunAsync("/bin/sh", ["-c", $"printf '<%s>' {line}"], context.CancellationToken);

        Assert.AreEqual($"<--addr><unix://{socket}><dial-stdio>", words);
    }
}
