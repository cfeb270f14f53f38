using OpenFaaS.Build.BuildKit.Connections.Daemonless;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections.Daemonless;

[TestClass]
public sealed class DaemonProgramTests(TestContext context)
{
    [TestMethod]
    public void Command_Root_StartsTheDaemonItself()
    {
        var program = DaemonProgram.Of("/bin/buildkitd", Flags(" --debug\t--oci-worker-gc='a b'  --x=$(touch y) "), 0);

        CollectionAssert.AreEqual(
            (string[])["/bin/buildkitd", "--debug", "--oci-worker-gc='a", "b'", "--x=$(touch", "y)", "--root", "/r", "--addr", "unix:///s"], program.Command("/r", "/s").ToArray());
    }

    [TestMethod]
    [DataRow("--root=/x", "--root=/x")]
    [DataRow("--debug -root /x", "-root")]
    [DataRow("--addr tcp://0.0.0.0:1234", "--addr")]
    public void Of_FlagOfTheBuilds_IsRefused(string flags, string named)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => DaemonProgram.Of("/bin/buildkitd", Flags(flags), 0));

        Assert.AreEqual("OFB5045", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains($"'{named}'", failure.Message);
    }

    [TestMethod]
    public async Task Command_OtherUser_GoesThroughRootlesskit()
    {
        var folder = context.Folder();
        foreach (var tool in (string[])["rootlesskit", "newuidmap", "newgidmap"])
        {
            await Tool.WriteScriptAsync(Path.Combine(folder, tool), "#!/bin/sh\n", context.CancellationToken);
        }

        var inside = DaemonProgram.Of("/bin/buildkitd", name => name switch { "PATH" => folder, "KUBERNETES_SERVICE_HOST" => "10.0.0.1", _ => null }, 1000);

        string[] expected = [Path.Combine(folder, "rootlesskit"), "/bin/buildkitd", "--oci-worker-no-process-sandbox", "--root", "/r", "--addr", "unix:///s"];
        CollectionAssert.AreEqual(expected, inside.Command("/r", "/s").ToArray());
        CollectionAssert.AreEqual(
            expected.Where(word => !word.Contains("sandbox", StringComparison.Ordinal)).ToArray(), (inside with { InContainer = false }).Command("/r", "/s").ToArray());
    }

    [TestMethod]
    public void Of_OtherUserWithoutTools_NamesThem()
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => DaemonProgram.Of("/bin/buildkitd", _ => null, 1000));

        Assert.AreEqual("OFB5042", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("rootlesskit, newuidmap, newgidmap", failure.Message);
    }

    private static Func<string, string?> Flags(string flags) => name => name == "BUILDKITD_FLAGS" ? flags : null;
}
