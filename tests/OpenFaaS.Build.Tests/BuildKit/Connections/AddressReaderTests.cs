using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>Case 84 of the catalogue: forms of endpoints.</summary>
[TestClass]
public sealed class AddressReaderTests
{
    private static readonly ConnectionSettings Plain = new() { Environment = _ => null };

    [TestMethod]
    [DataRow("unix:///run/buildkit/buildkitd.sock", "unix:///run/buildkit/buildkitd.sock")]
    [DataRow("UNIX:///run/with space.sock", "unix:///run/with space.sock")]
    [DataRow("npipe:////./pipe/buildkitd", "npipe:////./pipe/buildkitd")]
    [DataRow(@"npipe://\\.\pipe\buildkitd", "npipe:////./pipe/buildkitd")]
    [DataRow("tcp://127.0.0.1:1234", "tcp://127.0.0.1:1234")]
    [DataRow("tcp://localhost:1234/", "tcp://localhost:1234")]
    [DataRow("tcp://[::1]:1234", "tcp://[::1]:1234")]
    [DataRow("http://localhost", "http://localhost:80")]
    [DataRow("https://builder.example.com", "https://builder.example.com:443")]
    [DataRow("docker-container://builder?context=x", "docker-container://builder?context=x")]
    [DataRow("podman-container://builder", "podman-container://builder")]
    [DataRow("ssh://me@builder:2222/run/buildkitd.sock", "ssh://me@builder:2222/run/buildkitd.sock")]
    public void Read_KnownForm_GivesTheAddress(string text, string expected) => Assert.AreEqual(expected, AddressReader.Read(text, Plain).Text);

    [TestMethod]
    [DataRow("", "OFB5001")]
    [DataRow("/run/buildkit/buildkitd.sock", "OFB5001")]
    [DataRow("://x", "OFB5001")]
    [DataRow("ftp://host:1", "OFB5001")]
    [DataRow("unix://relative.sock", "OFB5001")]
    [DataRow("unix://", "OFB5001")]
    [DataRow("npipe:////server/pipe/name", "OFB5001")]
    [DataRow("npipe:////./pipe/", "OFB5001")]
    [DataRow("npipe:////./pipe/a/b", "OFB5001")]
    [DataRow("tcp://", "OFB5001")]
    [DataRow("tcp://host", "OFB5001")]
    [DataRow("tcp://127.0.0.1:1/path", "OFB5001")]
    [DataRow("tcp://127.0.0.1:1?x=y", "OFB5001")]
    [DataRow("tcp://127.0.0.1:99999", "OFB5001")]
    [DataRow("tcp://127.0.0.1:1\n##vso[x]", "OFB5001")]
    [DataRow("ssh://", "OFB5001")]
    [DataRow("ssh://-oProxyCommand=id", "OFB5001")]
    [DataRow("ssh://me@-oProxyCommand=id", "OFB5001")]
    [DataRow("docker-container://--privileged", "OFB5001")]
    [DataRow("nerdctl-container://builder", "OFB5002")]
    [DataRow("tcp://builder.example.com:1234", "OFB5007")]
    [DataRow("http://10.0.0.1:1234", "OFB5007")]
    public void Read_Case84OtherForm_IsACodedError(string text, string code) => Assert.AreEqual(code, Failure(text, Plain).Descriptor.Code);

    [TestMethod]
    [DataRow("tcp://user:canary@127.0.0.1:1")]
    [DataRow("http://user:canary@127.0.0.1:1")]
    [DataRow("ssh://user:canary@host")]
    [DataRow("canary@://")]
    public void Read_Case87PasswordInTheAddress_IsNotRepeated(string text)
    {
        var failure = Failure(text, Plain);

        Assert.AreEqual("OFB5001", failure.Descriptor.Code);
        Assert.DoesNotContain("canary", failure.Message, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Read_Case84PathOfASocket_MayHave107Bytes()
    {
        // Two bytes each: it is bytes that count.
        var longest = "unix:///" + new string('ä', 53);

        Assert.AreEqual(longest, AddressReader.Read(longest, Plain).Text);
        var failure = Failure(longest + "x", Plain);
        Assert.AreEqual("OFB5003", failure.Descriptor.Code);
        Assert.Contains("108 bytes", failure.Message, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("tcp://builder.example.com:1234", true, false, false)]
    [DataRow("tcp://builder.example.com:1234", false, true, true)]
    [DataRow("tcp://127.0.0.1:1234", false, true, true)]
    [DataRow("tcp://127.0.0.1:1234", false, false, false)]
    [DataRow("http://127.0.0.1:1234", false, true, false)]
    [DataRow("https://127.0.0.1:1234", false, false, true)]
    public void Read_Tcp_IsSecureWhereFilesOrTheFormSaySo(string text, bool insecure, bool hasCa, bool expected) =>
        Assert.AreEqual(expected, AddressReader.Read(text, Plain with { AllowInsecure = insecure, CaFile = hasCa ? "/ca.pem" : null }).IsSecure);

    private static Diagnostic Failure(string text, ConnectionSettings settings) =>
        Assert.ThrowsExactly<DiagnosticException>(() => AddressReader.Read(text, settings)).Diagnostics[0];
}
