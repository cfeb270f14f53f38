using Google.Protobuf;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Wire.Auth;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>Credentials and client-side tokens as a daemon asks for them.</summary>
[TestClass]
public sealed class AuthServiceTests(TestContext context)
{
    private static readonly ByteString Salt = ByteString.CopyFrom(new byte[32]);

    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Credentials_Known_AreGiven()
    {
        await using var daemon = await OpenAsync(new AccessStandIn());

        var answer = await Client(daemon).CredentialsAsync(new CredentialsRequest { Host = "known" });

        Assert.AreEqual(("user", "pass"), (answer.Username, answer.Secret));
    }

    [TestMethod]
    public async Task Credentials_Unknown_AreAnonymous()
    {
        await using var daemon = await OpenAsync(new AccessStandIn());

        var answer = await Client(daemon).CredentialsAsync(new CredentialsRequest { Host = "unknown" });

        Assert.AreEqual(("", ""), (answer.Username, answer.Secret));
    }

    [TestMethod]
    public async Task GetTokenAuthority_NoSecret_IsUnavailableSoThatTheDaemonFallsBack()
    {
        await using var daemon = await OpenAsync(new AccessStandIn());

        var status = await DaemonSide.StatusAsync(async () => await Client(daemon).GetTokenAuthorityAsync(new GetTokenAuthorityRequest { Host = "unknown", Salt = Salt }));

        Assert.AreEqual(StatusCode.Unavailable, status.StatusCode);
    }

    [TestMethod]
    public async Task VerifyTokenAuthority_Payload_IsSignedByTheKeyThatWasGiven()
    {
        await using var daemon = await OpenAsync(new AccessStandIn());
        var key = (await Client(daemon).GetTokenAuthorityAsync(new GetTokenAuthorityRequest { Host = "known", Salt = Salt })).PublicKey.ToByteArray();
        byte[] payload = [1, 2, 3, 4];

        var answer = await Client(daemon).VerifyTokenAuthorityAsync(new VerifyTokenAuthorityRequest { Host = "known", Payload = ByteString.CopyFrom(payload), Salt = Salt });

        var signed = answer.Signed.ToByteArray();
        CollectionAssert.AreEqual(payload, signed[64..]);
        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, new Ed25519PublicKeyParameters(key));
        verifier.BlockUpdate(payload, 0, payload.Length);
        Assert.IsTrue(verifier.VerifySignature(signed[..64]));
    }

    [TestMethod]
    public async Task GetTokenAuthority_Keys_DependOnHostAndSaltAndAreOneForAllSessionsOfTheProcess()
    {
        await using var host = new SessionHost();
        await using var one = await OpenAsync(new AccessStandIn(), host);
        await using var other = await OpenAsync(new AccessStandIn(), host);
        async Task<ByteString> KeyAsync(DaemonSide daemon, string name, ByteString salt) =>
            (await Client(daemon).GetTokenAuthorityAsync(new GetTokenAuthorityRequest { Host = name, Salt = salt })).PublicKey;

        var key = await KeyAsync(one, "known", Salt);

        Assert.AreEqual(key, await KeyAsync(other, "known", Salt));
        Assert.AreNotEqual(key, await KeyAsync(one, "known2", Salt));
        Assert.AreNotEqual(key, await KeyAsync(one, "known", ByteString.CopyFromUtf8("other")));
    }

    [TestMethod]
    public async Task FetchToken_Known_IsTheToken()
    {
        await using var daemon = await OpenAsync(new AccessStandIn());

        var answer = await Client(daemon).FetchTokenAsync(new FetchTokenRequest { Host = "known", Realm = "r", Service = "s", Scopes = { "a", "b" } });

        Assert.AreEqual(("known r s a b", 60L, 1000L), (answer.Token, answer.ExpiresIn, answer.IssuedAt));
    }

    [TestMethod]
    public async Task FetchToken_NoSecret_IsUnavailable()
    {
        await using var daemon = await OpenAsync(new AccessStandIn());

        var status = await DaemonSide.StatusAsync(async () => await Client(daemon).FetchTokenAsync(new FetchTokenRequest { Host = "unknown", Realm = "http://169.254.169.254/" }));

        Assert.AreEqual(StatusCode.Unavailable, status.StatusCode);
    }

    [TestMethod]
    public async Task FetchToken_CodedError_IsReportedAndSentWithoutMore()
    {
        await using var daemon = await OpenAsync(new AccessStandIn());

        var status = await DaemonSide.StatusAsync(async () => await Client(daemon).FetchTokenAsync(new FetchTokenRequest { Host = "known", Realm = "refused" }));

        Assert.AreEqual(StatusCode.FailedPrecondition, status.StatusCode);
        StringAssert.StartsWith(status.Detail, log.Diagnostics.Single().Descriptor.Code + ": ");
    }

    [TestMethod]
    public async Task FetchToken_CodedErrorThatMayBeDoneWithout_IsToldApart()
    {
        var told = new List<Diagnostic>();
        var content = new SessionContent { SharedKey = "k", Log = log, Registries = new AccessStandIn(), AccessFailed = told.Add };
        await using var daemon = await DaemonSide.OpenAsync(content, context.CancellationToken);

        var status = await DaemonSide.StatusAsync(async () => await Client(daemon).FetchTokenAsync(new FetchTokenRequest { Host = "known", Realm = "refused" }));

        StringAssert.StartsWith(status.Detail, told.Single().Descriptor.Code + ": ");
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public async Task Requests_BeyondAllMeasure_AreRefused()
    {
        await using var daemon = await OpenAsync(new AccessStandIn());
        var client = Client(daemon);
        var large = ByteString.CopyFrom(new byte[5000]);
        Func<Task>[] requests =
        [
            async () => await client.CredentialsAsync(new CredentialsRequest { Host = new string('x', 256) }),
            async () => await client.GetTokenAuthorityAsync(new GetTokenAuthorityRequest { Host = "known", Salt = large }),
            async () => await client.VerifyTokenAuthorityAsync(new VerifyTokenAuthorityRequest { Host = "known", Salt = Salt, Payload = large }),
            async () => await client.FetchTokenAsync(new FetchTokenRequest { Host = "known", Realm = new string('x', 5000) }),
            async () => await client.FetchTokenAsync(new FetchTokenRequest { Host = "known", Scopes = { Enumerable.Repeat("s", 300) } }),
        ];

        foreach (var request in requests)
        {
            Assert.AreEqual(StatusCode.InvalidArgument, (await DaemonSide.StatusAsync(request)).StatusCode);
        }
    }

    private static Auth.AuthClient Client(DaemonSide daemon) => new(daemon.Invoker);

    private Task<DaemonSide> OpenAsync(IRegistryAccess access, SessionHost? host = null) =>
        DaemonSide.OpenAsync(new SessionContent { SharedKey = "k", Log = log, Registries = access }, context.CancellationToken, host);

    /// <summary>Knows every host whose name begins with <c>known</c>.</summary>
    private sealed class AccessStandIn : IRegistryAccess
    {
        public Task<(string User, string Secret)> CredentialsAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult(host.StartsWith("known", StringComparison.Ordinal) ? ("user", "pass") : ("", ""));

        public Task<(string Token, long ExpiresIn, long IssuedAt)> TokenAsync(
            string host, string realm, string service, IReadOnlyList<string> scopes, CancellationToken cancellationToken) =>
            realm == "refused"
                ? throw RegistryDiagnostics.RealmRefused.With(host, realm, "no").ToException()
                : Task.FromResult(($"{host} {realm} {service} {string.Join(' ', scopes)}", 60L, 1000L));
    }
}
