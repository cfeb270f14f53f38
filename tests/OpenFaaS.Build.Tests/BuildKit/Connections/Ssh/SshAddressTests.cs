using OpenFaaS.Build.BuildKit.Connections.Ssh;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.BuildKit.Connections.Ssh;

[TestClass]
public sealed class SshAddressTests
{
    [TestMethod]
    [DataRow("ssh://host", null, "host", null, null)]
    [DataRow("ssh://user@host.example.com:2222", "user", "host.example.com", 2222, null)]
    [DataRow("ssh://host/run/buildkit/buildkitd.sock", null, "host", null, "/run/buildkit/buildkitd.sock")]
    [DataRow("ssh://a@b@Host:22/", "a@b", "Host", 22, null)]
    [DataRow("ssh://[::1]:2222/s", null, "::1", 2222, "/s")]
    [DataRow("ssh://[fe80::1%25eth0]", null, "fe80::1%25eth0", null, null)]
    [DataRow("ssh://host/it's%20a%20socket", null, "host", null, "/it's a socket")]
    public void Parse_Parts_AreTaken(string text, string? user, string host, int? port, string? socket) =>
        Assert.AreEqual(new SshAddress(user, host, port, socket), SshAddress.Parse(text));

    [TestMethod]
    [DataRow("ssh://")]
    [DataRow("ssh:///run/s")]
    [DataRow("ssh://-oProxyCommand=touch")]
    [DataRow("ssh://user@-oProxyCommand=touch")]
    [DataRow("ssh://-l@host")]
    [DataRow("ssh://@host")]
    [DataRow("ssh://[-oProxyCommand=touch]")]
    [DataRow("ssh://ho st")]
    [DataRow("ssh://us er@host")]
    [DataRow("ssh://host\n")]
    [DataRow("ssh://host;touch")]
    [DataRow("ssh://$(touch)@host")]
    [DataRow("ssh://host:")]
    [DataRow("ssh://host:0")]
    [DataRow("ssh://host:65536")]
    [DataRow("ssh://host:-p")]
    [DataRow("ssh://[::1")]
    [DataRow("ssh://[::1]x")]
    [DataRow("ssh://host/s%0a")]
    [DataRow("ssh://host/s?context=x")]
    [DataRow("tcp://host")]
    public void Parse_Case84OtherForms_AreRefused(string text)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => SshAddress.Parse(text));

        Assert.AreEqual("OFB5030", failure.Diagnostics[0].Descriptor.Code);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [TestMethod]
    public void Parse_Case87Password_IsRefusedAndNotShown()
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => SshAddress.Parse("ssh://user:canary@host"));

        Assert.AreEqual("OFB5030", failure.Diagnostics[0].Descriptor.Code);
        Assert.DoesNotContain("canary", failure.Message);
    }
}
