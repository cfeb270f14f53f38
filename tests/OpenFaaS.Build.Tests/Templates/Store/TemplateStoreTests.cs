using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.Templates.Store;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Store;

[TestClass]
public sealed class TemplateStoreTests(TestContext context)
{
    private const string Json = """
        [
          { "template": "python3-http", "platform": "x86_64", "language": "Python", "source": "openfaas", "description": "…", "repo": "https://example.com/python", "official": "true", "recommended": true },
          { "template": "node20", "platform": "x86_64", "source": "someone", "repo": "https://example.com/someone", "official": "false", "recommended": true },
          { "template": "node20", "platform": "x86_64", "source": "openfaas", "repo": "https://example.com/node", "official": "true", "new": { "name": [1] } },
          { "template": "node20", "platform": "armhf", "source": "openfaas", "repo": "https://example.com/node-arm", "official": "true" },
          { "template": "anywhere", "repo": "git@example.com:any.git#v1" }
        ]
        """;

    [TestMethod]
    [DataRow("python3-http", null, "https://example.com/python")]
    [DataRow("node20", null, "https://example.com/node", DisplayName = "official before recommended")]
    [DataRow("someone/node20", null, "https://example.com/someone")]
    [DataRow("openfaas/node20", "armhf", "https://example.com/node-arm")]
    [DataRow("node20", "armhf", "https://example.com/node-arm")]
    [DataRow("anywhere", "armhf", "git@example.com:any.git#v1")]
    public async Task Find_Name_GivesTheEntry(string name, string? platform, string repo)
    {
        var entry = await Store(Json).FindAsync(name, platform, context.CancellationToken);

        Assert.AreEqual(repo, entry.Repo);
    }

    [TestMethod]
    public async Task List_Entries_AreWhole()
    {
        var entries = await Store("\uFEFF" + Json).ListAsync(context.CancellationToken);

        Assert.HasCount(5, entries);
        Assert.AreEqual(
            new StoreTemplate("python3-http", "https://example.com/python")
            {
                Platform = "x86_64",
                Language = "Python",
                Source = "openfaas",
                Description = "…",
                IsOfficial = true,
                IsRecommended = true,
            },
            entries[0]);
    }

    [TestMethod]
    [DataRow("python3-htp", null, "(did you mean 'python3-http'?)")]
    [DataRow("openfas/node20", null, "(did you mean 'openfaas/node20'?)")]
    [DataRow("python3-http", "armhf", "for armhf, only for x86_64")]
    [DataRow("quite-another", null, "holds no template 'quite-another'.")]
    [DataRow("ev\u001bil\n", null, "holds no template 'ev il'.")]
    public async Task Find_Unknown_SaysWhatIsNear(string name, string? platform, string expected)
    {
        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Store(Json).FindAsync(name, platform, context.CancellationToken));

        Assert.AreEqual("OFB6128", error.Diagnostics.Single().Descriptor.Code);
        Assert.Contains(expected, error.Message);
        Assert.Contains("store.json", error.Message);
    }

    [TestMethod]
    public async Task Find_ByManyAtOnce_DownloadsOnce()
    {
        await using var server = new StandInServer(_ => new StandInReply(200, Json));
        var store = Store(new Uri(server.Url + "/templates.json?token=1"));

        var entries = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.FindAsync("node20", null, context.CancellationToken)));

        Assert.IsTrue(entries.All(entry => entry.Repo == "https://example.com/node"));
        Assert.AreEqual("/templates.json?token=1", server.Requests.Single().Target);
    }

    [TestMethod]
    public async Task Find_AfterAFailure_AsksAgain()
    {
        var status = 404;
        await using var server = new StandInServer(_ => new StandInReply(status, Json));
        var store = Store(new Uri(server.Url + "/templates.json"));
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => store.FindAsync("node20", null, context.CancellationToken));
        status = 200;

        Assert.AreEqual("node20", (await store.FindAsync("node20", null, context.CancellationToken)).Template);
    }

    [TestMethod]
    public async Task Find_OneCallerGivesUp_TheOthersGetIt()
    {
        using var hold = new ManualResetEventSlim();
        await using var server = new StandInServer(_ =>
        {
            hold.Wait(TimeSpan.FromSeconds(30));
            return new StandInReply(200, Json);
        });
        var store = Store(new Uri(server.Url + "/t"));
        using var impatient = new CancellationTokenSource();
        var first = store.FindAsync("node20", null, impatient.Token);
        var second = store.FindAsync("node20", null, context.CancellationToken);
        await impatient.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        hold.Set();
        Assert.AreEqual("node20", (await second).Template);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod]
    [DataRow("property.json", "variable.json", "property.json")]
    [DataRow(" ", "variable.json", "variable.json")]
    [DataRow(null, "https://example.com/t.json", "https://example.com/t.json")]
    [DataRow(null, "", "https://raw.githubusercontent.com/openfaas/store/master/templates.json")]
    [DataRow("/etc/store.json", null, "/etc/store.json")]
    [DataRow("http://localhost:8080/t.json", null, "http://localhost:8080/t.json")]
    [DataRow("http://127.0.0.1/t", null, "http://127.0.0.1/t")]
    [DataRow("http://[::1]:1/t", null, "http://[::1]:1/t")]
    public void Choose_PropertyBeforeVariableBeforeOfficial(string? property, string? variable, string expected)
    {
        var location = StoreLocation.Choose(property, name => name == "OPENFAAS_TEMPLATE_STORE_URL" ? variable : null, "/project");

        Assert.AreEqual(location.Path is null || expected.StartsWith('/') ? expected : "/project/" + expected, location.ToString());
    }

    [TestMethod]
    [DataRow("missing.json", "there is no such file")]
    [DataRow(".", "it is no file")]
    [DataRow("fifo.json", "it is no file")]
    [DataRow("link.json", "it is no file")]
    [DataRow("large.json", "larger than 4194304 bytes")]
    public async Task Find_UnreadableFile_IsAnError(string name, string expected)
    {
        File.WriteAllBytes(Path.Combine(context.Folder(), "large.json"), new byte[(4 << 20) + 1]);
        await Tool.RunAsync("mkfifo", [Path.Combine(context.Folder(), "fifo.json")], context.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(context.Folder(), "link.json"), "fifo.json");
        var store = new TemplateStore(StoreLocation.Parse(name, context.Folder()), new RegistryOptions { Log = new RecordingLog() });

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => store.FindAsync("x", null, context.CancellationToken));

        Assert.AreEqual("OFB6126", error.Diagnostics.Single().Descriptor.Code);
        Assert.Contains(expected, error.Message);
    }

    private static TemplateStore Store(Uri address) =>
        new(StoreLocation.Parse(address.ToString(), "/"), new RegistryOptions { Log = new RecordingLog(), Time = new ImpatientTime() });

    private TemplateStore Store(string json)
    {
        File.WriteAllText(Path.Combine(context.Folder(), "store.json"), json);
        return new TemplateStore(StoreLocation.Parse("store.json", context.Folder()), new RegistryOptions { Log = new RecordingLog() });
    }
}
