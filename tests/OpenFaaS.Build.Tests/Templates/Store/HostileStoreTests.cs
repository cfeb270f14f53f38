using System.Net;
using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Registry.Transport;
using OpenFaaS.Build.Templates.Store;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Store;

/// <summary>Case 37 of the fault catalogue: what a template store, or who answers for it, can do to a build.</summary>
[TestClass]
public sealed class HostileStoreTests(TestContext context)
{
    private const string Good = """[{ "template": "a", "repo": "https://example.com/a" }]""";
    private readonly RecordingLog log = new();

    [TestMethod]
    [DataRow("{}", "$: expected an array")]
    [DataRow("null", "$: expected an array")]
    [DataRow("[1]", "$[0]: expected an object")]
    [DataRow("""[{"template":"a","repo":"b"},{"template":"c","repo":7}]""", "$[1].repo: expected a string")]
    [DataRow("""[{"template":"a","repo":null}]""", "$[0].repo: expected a string")]
    [DataRow("""[{"template":"a"}]""", "$[0]: it has no repo")]
    [DataRow("""[{"repo":"a"}]""", "$[0]: it has no template")]
    [DataRow("""[{"template":"../a","repo":"b"}]""", "$[0].template: expected the name of a template")]
    [DataRow("""[{"template":"","repo":"b"}]""", "$[0].template: expected the name of a template")]
    [DataRow("""[{"template":"a","repo":"b\u001b[31m"}]""", "$[0].repo: it holds control characters")]
    [DataRow("""[{"template":"a","repo":"b","recommended":"true"}]""", "$[0].recommended: expected true or false")]
    [DataRow("""[{"template":"a","repo":"b","official":true}]""", "$[0].official: expected a string")]
    [DataRow("""[{"template":"a","repo":"b","repo":"c"}]""", "$[0].repo: the name is there twice")]
    [DataRow("""[{"template":"a","\u0072epo":"b","repo":"c"}]""", "$[0].repo: the name is there twice")]
    [DataRow("""[{"template":"a","repo":"\ud800"}]""", "$[0].repo: a text holds half a surrogate pair")]
    [DataRow("""[{"template":"a","\udc00":"x"}]""", "$[0]: a text holds half a surrogate pair")]
    [DataRow("<!DOCTYPE html><html>", "it is a web page")]
    [DataRow("\n <html>", "it is a web page")]
    [DataRow("", "line 1, byte 1: it is no JSON")]
    [DataRow("[{},\n  oops", "line 2, byte 3: it is no JSON")]
    [DataRow("[] []", "line 1, byte 4: it is no JSON")]
    public async Task Find_Case37Malformed_TellsTheJsonPath(string json, string expected)
    {
        var error = await FailsAsync("OFB6127", new StandInReply(200, json));

        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain("\u001b", error.Message);
    }

    [TestMethod]
    public async Task Find_Case37DeepNesting_IsAnError()
    {
        Assert.Contains("nested deeper than 8", (await FailsAsync("OFB6127", new StandInReply(200, new string('[', 100_000)))).Message);
        Assert.Contains("nested deeper than 8", (await FailsAsync("OFB6127", new StandInReply(200, string.Concat(Enumerable.Repeat("[{\"a\":", 100_000))))).Message);
    }

    [TestMethod]
    public async Task Find_Case37MalformedUtf8_IsAnError()
    {
        byte[] json = [.. Encoding.UTF8.GetBytes("""[{"template":"a","repo":"""), (byte)'"', 0xff, 0xfe, (byte)'"', (byte)'}', (byte)']'];

        Assert.Contains("$[0].repo: a text holds half a surrogate pair or malformed UTF-8", (await FailsAsync("OFB6127", new StandInReply(200, json))).Message);
    }

    [TestMethod]
    [DataRow(StandInFraming.ContentLength)]
    [DataRow(StandInFraming.Chunked)]
    [DataRow(StandInFraming.Close)]
    public async Task Find_Case37TooLarge_IsAnError(StandInFraming framing) =>
        Assert.Contains("more than 4194304 bytes", (await FailsAsync("OFB6126", new StandInReply(200, new byte[5 << 20]) { Framing = framing })).Message);

    [TestMethod]
    [DataRow(404, 1)]
    [DataRow(401, 1)]
    [DataRow(204, 1)]
    [DataRow(500, 3)]
    [DataRow(503, 3)]
    public async Task Find_Case37OtherStatus_IsAnError(int status, int requests)
    {
        await using var server = new StandInServer(_ => new StandInReply(status, Good));

        var error = await FailsAsync("OFB6126", server.Url);

        Assert.Contains($"status {status}", error.Message);
        Assert.DoesNotContain("registry", error.Message);
        Assert.HasCount(requests, server.Requests);
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public async Task Find_Case37ServerStandsStill_EndsInTime(bool silent, bool stalls)
    {
        await using var server = new StandInServer(_ => new StandInReply(200, Good) { Silent = silent, Stalls = stalls });

        var error = await FailsAsync("OFB6126", server.Url, new StoreLimits { Time = TimeSpan.FromSeconds(0.5) });

        Assert.Contains("no whole answer within 0.5 s", error.Message);
    }

    [TestMethod]
    public async Task Find_Case37CutBody_IsAnError() =>
        Assert.Contains("the connection was cut", (await FailsAsync("OFB6126", new StandInReply(200, Good) { CutAt = 10 })).Message);

    [TestMethod]
    public async Task Find_Case37NobodyListens_IsAnError()
    {
        string url;
        await using (var gone = new StandInServer(_ => new StandInReply(200)))
        {
            url = gone.Url;
        }

        Assert.Contains("the connection is refused", (await FailsAsync("OFB6126", url)).Message);
    }

    [TestMethod]
    [DataRow("file:///etc/passwd", "its scheme is 'file'")]
    [DataRow("FILE:///etc/passwd", "its scheme is 'file'")]
    [DataRow("ftp://example.com/t", "its scheme is 'ftp'")]
    [DataRow("http://example.com/t", "plain http is for this machine only")]
    [DataRow("http://169.254.169.254/latest/meta-data", "plain http is for this machine only")]
    [DataRow("http://[::ffff:127.0.0.1]/t", "plain http is for this machine only")]
    [DataRow("http://2130706433/t", "plain http is for this machine only")]
    [DataRow("http://0x7f.1/t", "plain http is for this machine only")]
    [DataRow("http://localhost.example.com/t", "plain http is for this machine only")]
    [DataRow("https://user:canary@example.com/t", "it holds a user name")]
    [DataRow("http://user:canary@127.0.0.1/t", "it holds a user name")]
    [DataRow("https://canary:canary:1:2/", "its address is malformed")]
    public void Parse_Case37Address_IsRefused(string address, string expected)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => StoreLocation.Parse(address, "/"));

        Assert.AreEqual("OFB6125", error.Diagnostics.Single().Descriptor.Code);
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain("canary", error.Message);
    }

    [TestMethod]
    [DataRow("https://169.254.169.254/latest")]
    [DataRow("https://[::ffff:169.254.169.254]/latest")]
    [DataRow("https://2852039166/latest")]
    [DataRow("https://metadata.example/latest")]
    public async Task Find_Case37LinkLocalAddress_IsNotAsked(string address)
    {
        var policy = new AddressPolicy((_, _) => Task.FromResult(new[] { IPAddress.Parse("169.254.169.254") }));
        var store = new TemplateStore(StoreLocation.Parse(address, "/"), Options(), null, policy);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => store.FindAsync("a", null, context.CancellationToken));

        Assert.AreEqual("OFB6125", error.Diagnostics.Single().Descriptor.Code);
        Assert.Contains("link-local", error.Message);
    }

    [TestMethod]
    public async Task Find_Case37FiftyRedirects_StopsAfterFive()
    {
        await using var server = new StandInServer(request => new StandInReply(302, "", ("Location", request.Path + "x")));

        Assert.Contains("too many redirects", (await FailsAsync("OFB6126", server.Url)).Message);
        Assert.HasCount(6, server.Requests);
    }

    [TestMethod]
    [DataRow("http://169.254.169.254/latest", "link-local")]
    [DataRow("file:///etc/passwd", "it is no web address")]
    [DataRow("http://203.0.113.1/t", "plain http is for this machine only")]
    [DataRow("https://127.0.0.1:1/t", "it leads to another scheme")]
    [DataRow("http://user:canary@127.0.0.1:1/t", "a user name")]
    public async Task Find_Case37Redirect_IsRefused(string target, string expected)
    {
        var error = await FailsAsync("OFB6126", new StandInReply(302, "", ("Location", target)));

        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain("canary", error.Message);
    }

    [TestMethod]
    public async Task Find_Case37RedirectFromHttpsToHttp_IsRefused()
    {
        var authority = new PrivateAuthority(context.Folder());
        await using var plain = new StandInServer(_ => new StandInReply(200, Good));
        await using var server = new StandInServer(_ => new StandInReply(302, "", ("Location", plain.Url)), certificate: authority.Load());
        var options = Options() with { Environment = name => name == "OPENFAAS_REGISTRY_CERTS" ? authority.AuthorityFile : null };

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(
            () => new TemplateStore(StoreLocation.Parse(server.Url, "/"), options).FindAsync("a", null, context.CancellationToken));

        Assert.AreEqual("OFB6126", error.Diagnostics.Single().Descriptor.Code);
        Assert.Contains("from https to http", error.Message);
        Assert.HasCount(1, server.Requests);
        Assert.IsEmpty(plain.Requests);
    }

    [TestMethod]
    public async Task Find_RedirectToAnotherPort_IsFollowedAndTold()
    {
        await using var other = new StandInServer(_ => new StandInReply(200, Good));
        await using var server = new StandInServer(_ => new StandInReply(301, "", ("Location", other.Url + "/t?secret=canary")));

        Assert.AreEqual("a", (await Store(server.Url).FindAsync("a", null, context.CancellationToken)).Template);

        Assert.IsTrue(log.Messages.Any(message => message.Contains(other.Url, StringComparison.Ordinal)));
        Assert.IsFalse(log.Messages.Any(message => message.Contains("canary", StringComparison.Ordinal)));
    }

    private RegistryOptions Options() => new() { Log = log, Time = new ImpatientTime() };

    private TemplateStore Store(string url, StoreLimits? limits = null) => new(StoreLocation.Parse(url, "/"), Options(), limits);

    private async Task<DiagnosticException> FailsAsync(string code, StandInReply reply)
    {
        await using var server = new StandInServer(_ => reply);
        return await FailsAsync(code, server.Url);
    }

    private async Task<DiagnosticException> FailsAsync(string code, string url, StoreLimits? limits = null)
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Store(url, limits).FindAsync("a", null, context.CancellationToken));

        Assert.AreEqual(code, error.Diagnostics.Single().Descriptor.Code, error.Message);
        Assert.Contains(url, error.Message);
        return error;
    }
}
