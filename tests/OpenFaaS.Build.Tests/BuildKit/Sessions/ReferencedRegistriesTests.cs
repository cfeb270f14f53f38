using System.Text;
using OpenFaaS.Build.BuildKit.Sessions.Auth;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Sessions;

/// <summary>Who gets credentials, and which.</summary>
[TestClass]
public sealed class ReferencedRegistriesTests(TestContext context)
{
    private const string Secret = "s3cret-Passw0rd";

    [TestMethod]
    [DataRow("registry-1.docker.io")]
    [DataRow("docker.io")]
    [DataRow("index.docker.io")]
    public async Task Credentials_DockerHubByAnyOfItsNames_AreThoseOfTheHub(string host)
    {
        using var test = With("https://index.docker.io/v1/", $$"""{"auth":"{{Basic("hub")}}"}""");

        Assert.AreEqual(("hub", Secret), await Of(test, "busybox").CredentialsAsync(host, context.CancellationToken));
    }

    [TestMethod]
    public async Task Credentials_IdentityToken_HasNoUser()
    {
        using var test = With("example.com", $$"""{"auth":"{{Basic("<token>")}}","identitytoken":"identity"}""");

        Assert.AreEqual(("", "identity"), await Of(test, "example.com/a").CredentialsAsync("example.com", context.CancellationToken));
    }

    [TestMethod]
    public async Task Credentials_HostThatNoReferenceNames_AreWithheldWithOneWarning()
    {
        using var test = With("example.com", $$"""{"auth":"{{Basic("u")}}"}""");
        var access = Of(test, "busybox", "registry.example.com/a", "example.com:5000/b");

        for (var index = 0; index < 3; index++)
        {
            Assert.AreEqual(("", ""), await access.CredentialsAsync("example.com", context.CancellationToken));
        }

        var warning = test.Log.Diagnostics.Single();
        Assert.AreEqual(("OFB5103", DiagnosticSeverity.Warning), (warning.Descriptor.Code, warning.Descriptor.Severity));
        Assert.Contains("'example.com'", warning.Message);
    }

    [TestMethod]
    public async Task Credentials_AThousandInventedHosts_FloodNoLog()
    {
        using var test = With("example.com", "{}");
        var access = Of(test, "busybox");

        for (var index = 0; index < 1000; index++)
        {
            await access.CredentialsAsync($"host{index}\n##vso[task]", context.CancellationToken);
        }

        Assert.IsLessThanOrEqualTo(20, test.Log.Diagnostics.Count);
        Assert.IsTrue(test.Log.Diagnostics.All(diagnostic => !diagnostic.Message.Contains('\n', StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Token_RealmOnSameHost_IsFetchedHere()
    {
        await using var realm = new StandInServer(_ => new StandInReply(200, """{"token":"tok","expires_in":300}"""));
        await using var registry = new RegistryStandIn();
        using var test = With(registry.Name, $$"""{"auth":"{{Basic("u")}}"}""");

        var (token, expiresIn, issuedAt) = await Of(test, registry.Name + "/hello").TokenAsync(
            registry.Name, realm.Url + "/token", "svc", ["repository:hello:pull"], context.CancellationToken);

        Assert.AreEqual("tok", token);
        Assert.IsTrue(expiresIn is > 0 and <= 300, expiresIn.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.AreEqual(test.Time.GetUtcNow().ToUnixTimeSeconds(), issuedAt);
        var asked = realm.Requests.Single();
        Assert.AreEqual("service=svc&scope=repository%3Ahello%3Apull", asked.Query);
        Assert.AreEqual("Basic " + Basic("u"), asked.Authorization);
    }

    [TestMethod]
    [DataRow("{0}/token")]
    [DataRow("http://169.254.169.254/token")]
    [DataRow("file:///etc/passwd")]
    [DataRow("no address")]
    public async Task Token_RealmElsewhere_GetsNoCredentialsNorARequest(string realm)
    {
        await using var other = new StandInServer(_ => new StandInReply(200, """{"token":"tok"}"""));
        await using var registry = new RegistryStandIn("127.0.0.2");
        using var test = With(registry.Name, $$"""{"auth":"{{Basic("u")}}"}""");
        var address = realm.Replace("{0}", other.Url, StringComparison.Ordinal);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => Of(test, registry.Name + "/hello").TokenAsync(registry.Name, address, "svc", ["repository:hello:pull"], context.CancellationToken));

        Assert.DoesNotContain(Secret, error.ToString());
        Assert.IsEmpty(other.Requests);
    }

    private static string Basic(string user) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Secret}"));

    private static RegistryTestContext With(string registry, string entry) =>
        new(null, ("DOCKER_AUTH_CONFIG", "{\"auths\":{\"" + registry + "\":" + entry + "}}"));

    private static ReferencedRegistries Of(RegistryTestContext test, params string[] references) =>
        new(references.Select(text => ImageReference.TryParse(text, out var reference) ? reference : throw new ArgumentException(text)), test.Connections, test.Log);
}
