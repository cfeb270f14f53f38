using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Authentication;

namespace OpenFaaS.Build.Tests.Registry.Authentication;

/// <summary>Faults 50 and 51: docker's and podman's configurations.</summary>
[TestClass]
public sealed class DockerConfigFileTests
{
    [TestMethod]
    [DataRow("docker.io", "library/x", "https://index.docker.io/v1/")]
    [DataRow("docker.io", "library/x", "index.docker.io")]
    [DataRow("docker.io", "library/x", "docker.io")]
    [DataRow("docker.io", "library/x", "registry-1.docker.io")]
    [DataRow("r.example", "a/b", "r.example")]
    [DataRow("r.example:5000", "a/b", "r.example:5000")]
    [DataRow("r.example", "a/b", "https://r.example")]
    [DataRow("r.example", "a/b", "https://r.example/v1/")]
    [DataRow("r.example", "a/b", "http://r.example/some/path")]
    [DataRow("r.example", "a/b", "r.example/v2/")]
    [DataRow("r.example", "a/b", "r.example/a")]
    [DataRow("r.example", "a/b", "r.example/a/b")]
    public void Find_KeyOfTheRegistry_IsFound(string registry, string repository, string key) =>
        Assert.AreEqual("u", File(Entry(key, "u:p")).Find(registry, repository)?.Username);

    [TestMethod]
    [DataRow("docker.io", "library/x", "docker.io.evil.example")]
    [DataRow("ghcr.io", "a/b", "evilghcr.io")]
    [DataRow("ghcr.io", "a/b", "ghcr.io:443")]
    [DataRow("registry.git.example", "a/b", "git.example")]
    [DataRow("git.example", "a/b", "registry.git.example")]
    [DataRow("r.example", "a/b", "r.example/a/bc")]
    [DataRow("r.example", "ab/c", "r.example/a")]
    [DataRow("r.example:5000", "a/b", "r.example")]
    public void Find_KeyThatOnlyLooksAlike_IsNot(string registry, string repository, string key) =>
        Assert.IsNull(File(Entry(key, "u:p")).Find(registry, repository));

    [TestMethod]
    public void Find_SeveralKeys_LongestPathWins()
    {
        var file = File($$"""{"auths":{"r.example":{{Auth("host:p")}},"r.example/a":{{Auth("path:p")}},"r.example/a/b":{{Auth("deep:p")}} } }""");

        Assert.AreEqual("deep", file.Find("r.example", "a/b")?.Username);
        Assert.AreEqual("path", file.Find("r.example", "a/c")?.Username);
        Assert.AreEqual("host", file.Find("r.example", "c")?.Username);
    }

    [TestMethod]
    [DataRow("u:p:with:colons", "u", "p:with:colons")]
    [DataRow("ü:pässwörd€", "ü", "pässwörd€")]
    [DataRow("u:", "u", "")]
    public void Find_Auth_IsDecoded(string auth, string username, string password)
    {
        var credential = File(Entry("r.example", auth)).Find("r.example", "a");

        Assert.AreEqual((username, password), (credential?.Username, credential?.Password));
        Assert.AreEqual("'config.json'", credential?.ToString(), "a credential never prints itself");
    }

    [TestMethod]
    public void Find_AuthWithoutPaddingOrWithLineBreaks_IsDecoded()
    {
        Assert.AreEqual("a", File("""{"auths":{"r.example":{"auth":"YTpiYw"}}}""").Find("r.example", "x")?.Username);
        Assert.AreEqual("bc", File("""{"auths":{"r.example":{"auth":"YTpi\nYw==\n"}}}""").Find("r.example", "x")?.Password);
    }

    [TestMethod]
    public void Find_TokenUserOrIdentityToken_IsAnIdentityToken()
    {
        Assert.AreEqual("secret", File(Entry("r.example", "<token>:secret")).Find("r.example", "x")?.IdentityToken);
        Assert.AreEqual("it", File("""{"auths":{"r.example":{"username":"u","password":"p","identitytoken":"it"}}}""").Find("r.example", "x")?.IdentityToken);
        Assert.AreEqual("p", File("""{"auths":{"r.example":{"username":"u","password":"p"}}}""").Find("r.example", "x")?.Password);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" \n")]
    [DataRow("{}")]
    [DataRow("\uFEFF{}")]
    [DataRow("""{"auths":{}}""")]
    [DataRow("""{"auths":null}""")]
    [DataRow("""{"auths":{"r.example":{}}}""")]
    [DataRow("""{"auths":{"r.example":null}}""")]
    [DataRow("""{"auths":{"r.example":{"auth":""}}}""")]
    public void Find_NothingThere_IsNull(string json) => Assert.IsNull(File(json).Find("r.example", "x"));

    [TestMethod]
    [DataRow("[]")]
    [DataRow("topsecret")]
    [DataRow("""{"auths":{"r.example":{"auth":"topsecret","x":}}}""")]
    [DataRow("""{"auths":{"r.example":{"auth":"*topsecret*"}}}""")]
    [DataRow("""{"auths":{"r.example":{"auth":"bm9jb2xvbg=="}}}""")]
    public void Find_Malformed_NamesTheFileAndNotItsContent(string json)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => File(json).Find("r.example", "x"));

        Assert.AreEqual(RegistryDiagnostics.MalformedCredentials, error.Diagnostics[0].Descriptor);
        Assert.Contains("config.json", error.Message);
        Assert.DoesNotContain("topsecret", error.ToString());
        Assert.DoesNotContain("nocolon", error.ToString());
    }

    [TestMethod]
    public void Helper_OwnBeforeStore()
    {
        var file = File("""{"credsStore":"store","credHelpers":{"r.example":"own","docker.io":"hub"}}""");

        Assert.AreEqual(("own", true), file.Helper("r.example"));
        Assert.AreEqual(("hub", true), file.Helper("docker.io"));
        Assert.AreEqual(("store", false), file.Helper("other.example"));
        Assert.IsNull(File("""{"credsStore":""}""").Helper("r.example"));
    }

    private static DockerConfigFile File(string json) => DockerConfigFile.Parse(Encoding.UTF8.GetBytes(json), "'config.json'");

    private static string Entry(string key, string auth) => $$"""{"auths":{"{{key}}":{{Auth(auth)}} } }""";

    private static string Auth(string auth) => $$"""{"auth":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(auth))}}" }""";
}
