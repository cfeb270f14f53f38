using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.Transport;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry;

/// <summary>Faults 42 and 43: token servers elsewhere. 127.0.0.2 is another host than 127.0.0.1.</summary>
[TestClass]
public sealed class RealmFaultTests(TestContext context)
{
    private const string Secret = "s3cret-Passw0rd";

    [TestMethod]
    public async Task Fault42_RealmOnOtherHost_GetsNoCredentialsNorARequest()
    {
        await using var other = new StandInServer(_ => Token());
        await using var registry = new RegistryStandIn("127.0.0.2");
        using var test = WithCredentials(registry);
        Challenge(registry, $"{other.Url}/token");

        var error = await HeadFailsAsync(test, registry);

        Assert.AreEqual(RegistryDiagnostics.RealmRefused, error.Diagnostics[0].Descriptor);
        Assert.Contains(registry.Name, error.Message);
        Assert.Contains(other.Url, error.Message);
        Assert.Contains("OPENFAAS_REGISTRY_REALMS", error.Message);
        Assert.DoesNotContain(Secret, error.ToString());
        Assert.IsEmpty(other.Requests);
    }

    [TestMethod]
    public async Task Fault42_PairAllowedByTheUser_GetsCredentials()
    {
        await using var other = new StandInServer(_ => Token());
        await using var registry = new RegistryStandIn("127.0.0.2");
        using var test = WithCredentials(registry, ("OPENFAAS_REGISTRY_REALMS", $"other.example=x;{registry.Name}={other.Name}"));
        Challenge(registry, $"{other.Url}/token");

        Assert.IsNull(await HeadAsync(test, registry));

        StringAssert.StartsWith(other.Requests.Single().Authorization, "Basic ");
    }

    [TestMethod]
    public async Task Fault42_RealmOnSameHost_GetsCredentialsAndItsTokenIsSentToTheRegistry()
    {
        await using var realm = new StandInServer(_ => Token());
        await using var registry = new RegistryStandIn();
        using var test = WithCredentials(registry);
        Challenge(registry, $"{realm.Url}/token?keep=1");

        Assert.IsNull(await HeadAsync(test, registry));

        var asked = realm.Requests.Single();
        Assert.AreEqual("keep=1&service=svc&scope=repository%3Ahello%3Apull", asked.Query);
        Assert.IsNotNull(asked.Authorization);
        Assert.AreEqual("Bearer tok", registry.Requests[^1].Authorization);
    }

    [TestMethod]
    public async Task Fault42_AnonymousRealmOnOtherHost_IsAskedWithoutCredentials()
    {
        await using var other = new StandInServer(_ => Token());
        await using var registry = new RegistryStandIn("127.0.0.2");
        using var test = new RegistryTestContext();
        Challenge(registry, $"{other.Url}/token");

        Assert.IsNull(await HeadAsync(test, registry));

        Assert.IsNull(other.Requests.Single().Authorization);
    }

    [TestMethod]
    [DataRow("http://169.254.169.254/latest/meta-data", "OFB3013")]
    [DataRow("http://2852039166/token", "OFB3013")]
    [DataRow("http://user:pass@127.0.0.1/token", "OFB3013")]
    [DataRow("ftp://127.0.0.1/token", "OFB3013")]
    [DataRow("file:///etc/passwd", "OFB3010")]
    [DataRow("/token", "OFB3010")]
    [DataRow("http://127.0.0.1\\@evil.example/", "OFB3010")]
    [DataRow("http://127.0.0.1 .evil.example/", "OFB3010")]
    [DataRow("nonsense", "OFB3010")]
    public async Task Fault42_RealmThatIsNoPlaceForTokens_IsRefused(string realm, string code)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        Challenge(registry, realm);

        var error = await HeadFailsAsync(test, registry);

        Assert.AreEqual(code, error.Diagnostics[0].Descriptor.Code, error.Message);
        Assert.DoesNotContain("pass@", error.Message);
    }

    [TestMethod]
    public async Task Fault43_HttpRealmForHttpsRegistry_IsRefused()
    {
        var authority = new PrivateAuthority(context.Folder());
        await using var realm = new StandInServer(_ => Token());
        await using var registry = new RegistryStandIn(certificate: authority.Load());
        using var test = WithCredentials(registry, (CertificateFiles.Variable, authority.AuthorityFile));
        Challenge(registry, $"{realm.Url}/token");

        var error = await HeadFailsAsync(test, registry);

        Assert.AreEqual(RegistryDiagnostics.RealmRefused, error.Diagnostics[0].Descriptor);
        Assert.Contains("from https to http", error.Message);
        Assert.IsEmpty(realm.Requests);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Fault43_TokenServerRedirects_ToHttpOrToAnotherServer_IsRefused(bool tls)
    {
        var authority = new PrivateAuthority(context.Folder());
        await using var other = new StandInServer(_ => Token());
        await using var realm = new StandInServer(_ => new StandInReply(302, "", ("Location", $"{other.Url}/token")), certificate: tls ? authority.Load() : null);
        await using var registry = new RegistryStandIn(certificate: tls ? authority.Load() : null);
        using var test = WithCredentials(registry, (CertificateFiles.Variable, authority.AuthorityFile));
        Challenge(registry, $"{realm.Url}/token");

        var error = await HeadFailsAsync(test, registry);

        Assert.AreEqual(RegistryDiagnostics.RedirectRefused, error.Diagnostics[0].Descriptor);
        Assert.IsEmpty(other.Requests);
    }

    private static StandInReply Token() => new(200, """{"token":"tok","expires_in":300}""");

    private static void Challenge(RegistryStandIn registry, string realm) => registry.Fault = request =>
        request.Kind == "ping" || request.Authorization is not null
            ? null
            : new StandInReply(401, "", ("WWW-Authenticate", $"Bearer realm=\"{realm.Replace("\\", "\\\\", StringComparison.Ordinal)}\",service=\"svc\",scope=\"repository:hello:pull\""));

    private static RegistryTestContext WithCredentials(RegistryStandIn registry, params (string Name, string Value)[] environment) => new(
        options => options with { OutputRegistry = registry.Name },
        [("DOTNET_CONTAINER_REGISTRY_UNAME", "ada"), ("DOTNET_CONTAINER_REGISTRY_PWORD", Secret), .. environment]);

    private Task<ManifestHead?> HeadAsync(RegistryTestContext test, RegistryStandIn registry) =>
        test.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", context.CancellationToken);

    private async Task<DiagnosticException> HeadFailsAsync(RegistryTestContext test, RegistryStandIn registry) =>
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => HeadAsync(test, registry));
}
