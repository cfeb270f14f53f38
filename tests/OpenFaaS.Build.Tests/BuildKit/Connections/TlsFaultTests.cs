using System.Security.Cryptography.X509Certificates;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>Case 84 of the catalogue: what can be wrong with TLS. No daemon is needed, since none of these gets that far.</summary>
[TestClass]
public sealed class TlsFaultTests(TestContext context)
{
    private const string NoEngine = "unix:///nowhere/docker.sock";

    private PrivateAuthority authority = null!;

    [TestInitialize]
    public void CreateAuthority() => authority = new PrivateAuthority(Path.Combine(context.Folder(), "authority"));

    [TestMethod]
    public async Task Open_Case84OtherAuthority_SaysWhoIssuedTheCertificate()
    {
        await using var bridge = BuildKitBridge.OnTls(NoEngine, authority.Load(), null);
        var other = new PrivateAuthority(Path.Combine(context.Folder(), "other"));

        Assert.Contains("issuer CN=OpenFaaS.Build test authority", await FailureAsync("OFB5009", bridge.Address, ca: other.AuthorityFile), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Case84AuthorityOfNobody_IsNotAccepted()
    {
        await using var bridge = BuildKitBridge.OnTls(NoEngine, authority.Load(), null);

        await FailureAsync("OFB5009", bridge.Address.Replace("tcp://", "https://", StringComparison.Ordinal), ca: null);
    }

    [TestMethod]
    public async Task Open_Case84OtherHost_SaysSo()
    {
        await using var bridge = BuildKitBridge.OnTls(NoEngine, authority.LoadFor("builder.example.com"), null);

        Assert.Contains("it is for another name", await FailureAsync("OFB5009", bridge.Address, authority.AuthorityFile), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Case84ExpiredCertificate_SaysSo()
    {
        await using var bridge = BuildKitBridge.OnTls(NoEngine, authority.LoadExpired(), null);

        Assert.Contains("NotTimeValid", await FailureAsync("OFB5009", bridge.Address, authority.AuthorityFile), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Case84ClientWithoutCertificate_IsToldThatOneIsWanted()
    {
        await using var bridge = BuildKitBridge.OnTls(NoEngine, authority.Load(), authority);

        Assert.Contains("wants a certificate", await FailureAsync("OFB5010", bridge.Address, authority.AuthorityFile), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Case84CertificateOfAnotherAuthority_IsToldThatItIsNotAccepted()
    {
        await using var bridge = BuildKitBridge.OnTls(NoEngine, authority.Load(), authority);
        var (certificate, key) = new PrivateAuthority(Path.Combine(context.Folder(), "other")).IssueClient();

        Assert.Contains("does not accept the certificate", await FailureAsync("OFB5010", bridge.Address, authority.AuthorityFile, certificate, key), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Case84PlainServer_IsNoTls()
    {
        await using var server = new StandInServer(_ => new StandInReply(200));

        await FailureAsync("OFB5010", "tcp://" + server.Name, authority.AuthorityFile);
    }

    [TestMethod]
    public async Task Open_Case84TlsServerWithoutFiles_SaysThatItSpeaksTls()
    {
        await using var peer = PeerStandIn.Saying([0x15, 3, 3, 0, 2, 2, 10]);

        Assert.Contains("it speaks TLS", await FailureAsync("OFB5010", peer.Address, ca: null), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Create_Case84KeyThatEverybodyCanRead_IsRefused()
    {
        var (certificate, key) = authority.IssueClient();
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        Assert.Contains("mode 0644", await FailureAsync("OFB5012", "tcp://localhost:1", authority.AuthorityFile, certificate, key), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Create_Case84KeyOfAnotherCertificate_IsRefused()
    {
        var (certificate, _) = authority.IssueClient();
        var (_, key) = authority.IssueClient("second");

        Assert.Contains("does not belong to the certificate", await FailureAsync("OFB5011", "tcp://localhost:1", authority.AuthorityFile, certificate, key), StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("missing", "it does not exist")]
    [DataRow("empty", "holds no certificate")]
    [DataRow("damaged", "damaged")]
    [DataRow("large", "larger than")]
    public async Task Create_UnusableAuthorityFile_SaysWhy(string kind, string expected)
    {
        var file = Path.Combine(context.Folder(), "ca.pem");
        if (kind != "missing")
        {
            await File.WriteAllTextAsync(
                file,
                kind switch { "empty" => "", "damaged" => "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", _ => new string(' ', 2 << 20) },
                context.CancellationToken);
        }

        Assert.Contains(expected, await FailureAsync("OFB5011", "tcp://localhost:1", file), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Create_KeyWithoutCertificateOrTheOtherWayRound_SaysWhatIsMissing()
    {
        var (certificate, key) = authority.IssueClient();

        Assert.Contains("the private key", await FailureAsync("OFB5011", "tcp://localhost:1", null, certificate), StringComparison.Ordinal);
        Assert.Contains("the certificate that", await FailureAsync("OFB5011", "tcp://localhost:1", null, null, key), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Create_Case87KeyWithAPassword_IsRefusedWithoutItsText()
    {
        var (certificate, key) = authority.IssueClient();
        using var loaded = X509Certificate2.CreateFromPemFile(certificate, key);
        var encrypted = loaded.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem("word", new(System.Security.Cryptography.PbeEncryptionAlgorithm.Aes256Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 1000));
        await File.WriteAllTextAsync(key, encrypted, context.CancellationToken);

        var message = await FailureAsync("OFB5011", "tcp://localhost:1", authority.AuthorityFile, certificate, key);

        Assert.Contains("encrypted", message, StringComparison.Ordinal);
        Assert.DoesNotContain(encrypted.Split('\n')[1], message, StringComparison.Ordinal);
    }

    private async Task<string> FailureAsync(string code, string address, string? ca = null, string? certificate = null, string? key = null)
    {
        var settings = new ConnectionSettings { CaFile = ca, CertFile = certificate, KeyFile = key, Environment = _ => null };
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () =>
            await BuildKitConnection.OpenAsync(TransportForms.Create(address, settings), context.CancellationToken));
        Assert.AreEqual(code, failure.Diagnostics[0].Descriptor.Code, failure.Message);
        return failure.Diagnostics[0].Message;
    }
}
