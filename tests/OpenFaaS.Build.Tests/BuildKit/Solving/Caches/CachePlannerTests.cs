using System.Text;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Solving.Caches;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Tests.BuildKit.ContentStores;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Solving.Caches;

[TestClass]
public sealed class CachePlannerTests(TestContext context)
{
    private readonly RecordingLog log = new();
    private readonly Dictionary<string, string> environment = new(StringComparer.Ordinal);

    private string CacheFolder => Path.Combine(context.Folder(), "cache");

    [TestMethod]
    public async Task Plan_Registry_NamesItsReferenceAndRepeatsImportsForTheFrontend()
    {
        await using var plan = await PlanAsync(["127.0.0.1:5000/a/cache", "type=registry,ref=example.com/b"], ["type=registry,ref=example.com/c:{function},mode=max"]);

        Assert.AreEqual("registry ref=example.com/c:hello mode=max", Text(plan.Exports.Single(), "ref", "mode"));
        Assert.AreEqual("127.0.0.1:5000/a/cache example.com/b example.com/c:hello", string.Join(' ', plan.References.OrderBy(reference => reference.ToString(), StringComparer.Ordinal)));
        Assert.AreEqual(
            """[{"Type":"registry","Attrs":{"ref":"127.0.0.1:5000/a/cache","registry.insecure":"true"}},{"Type":"registry","Attrs":{"ref":"example.com/b"}}]""",
            plan.FrontendAttributes["cache-imports"]);
    }

    [TestMethod]
    public async Task Plan_Nothing_HasNoAttributes()
    {
        await using var plan = await PlanAsync([], ["type=inline"]);

        Assert.IsEmpty(plan.FrontendAttributes);
        Assert.AreEqual("inline", plan.Exports.Single().Type);
        await plan.CompleteAsync(new Dictionary<string, string>(), context.CancellationToken);
    }

    [TestMethod]
    public async Task Plan_LocalCache_IsWrittenTaggedAndReadAgain()
    {
        await using var plan = await PlanAsync([], ["type=local,dest=cache,tag=v1,mode=max,compression=zstd", "type=registry,ref=example.com/c"]);
        var entry = plan.Exports[^1];
        Assert.AreEqual("local mode=max compression=zstd", Text(entry, "mode", "compression"));
        Assert.IsFalse(entry.Attributes.ContainsKey("tag"));
        var store = plan.Stores["local:" + entry.Attributes["dest"]];
        Assert.AreEqual(CacheFolder, store.Folder);
        var digest = await CommitAsync(store, "{}");

        await plan.CompleteAsync(Response(digest, 2), context.CancellationToken);

        await using var next = await PlanAsync(["type=local,src=cache,tag=v1"], []);
        Assert.AreEqual($"local digest={digest}", Text(next.Imports.Single(), "digest"));
        Assert.AreEqual(entry.Attributes["dest"], next.Imports.Single().Attributes["src"]);
        Assert.IsTrue(next.Stores.ContainsKey("local:" + next.Imports.Single().Attributes["src"]));
        Assert.IsEmpty(log.Diagnostics);
    }

    [TestMethod]
    public async Task Plan_OneFolderReadAndWritten_IsOneWritableStore()
    {
        var digest = StoredBytes.Put(CacheFolder, "{}"u8.ToArray());
        await new LayoutIndex(CacheFolder).PutAsync(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = digest, Size = 2 }, "latest", TimeProvider.System, context.CancellationToken);

        await using var plan = await PlanAsync(["type=local,src=cache"], ["type=local,dest=./cache/"]);

        Assert.HasCount(1, plan.Imports);
        await CommitAsync(plan.Stores.Single().Value, "other");
    }

    [TestMethod]
    [DataRow("nothing")]
    [DataRow("empty")]
    [DataRow("other tag")]
    [DataRow("no blob")]
    [DataRow("malformed")]
    [DataRow("link")]
    public async Task Plan_LocalCacheCannotBeRead_IsAWarningAndLeftOut(string state)
    {
        if (state != "nothing")
        {
            Directory.CreateDirectory(CacheFolder);
        }

        var manifest = new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Of("{}"u8), Size = 2 };
        switch (state)
        {
            case "other tag":
                await new LayoutIndex(CacheFolder).PutAsync(manifest, "v1", TimeProvider.System, context.CancellationToken);
                break;
            case "no blob":
                await new LayoutIndex(CacheFolder).PutAsync(manifest, "latest", TimeProvider.System, context.CancellationToken);
                break;
            case "malformed":
                File.WriteAllText(Path.Combine(CacheFolder, "index.json"), "{");
                break;
            case "link":
                await new LayoutIndex(CacheFolder).PutAsync(manifest, "latest", TimeProvider.System, context.CancellationToken);
                Directory.CreateSymbolicLink(Path.Combine(CacheFolder, "blobs"), "/");
                break;
        }

        await using var plan = await PlanAsync(["type=local,src=cache"], []);

        Assert.IsEmpty(plan.Imports);
        Assert.IsEmpty(plan.Stores);
        Assert.AreEqual("OFB5305", log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    [DataRow(null, "does not say")]
    [DataRow("{", "malformed")]
    [DataRow("[]", "malformed")]
    [DataRow("""{"mediaType":"x","digest":"sha256:../x","size":2}""", "malformed")]
    [DataRow("""{"mediaType":"x","size":2}""", "malformed")]
    [DataRow("""{"mediaType":"x","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":2}""", "has not written")]
    public async Task Complete_DaemonDidNotWriteTheCache_IsACodedErrorAndNoTag(string? manifest, string reason)
    {
        await using var plan = await PlanAsync([], ["type=local,dest=cache"]);
        var response = manifest is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["cache.manifest"] = manifest };

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => plan.CompleteAsync(response, context.CancellationToken));

        Assert.AreEqual("OFB5306", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains(reason, failure.Diagnostics[0].Message);
        Assert.IsFalse(File.Exists(Path.Combine(CacheFolder, "index.json")));
    }

    [TestMethod]
    public async Task Complete_CacheMayFail_IsNoError()
    {
        await using var plan = await PlanAsync([], ["type=local,dest=cache,ignore-error=true"]);

        await plan.CompleteAsync(new Dictionary<string, string>(), context.CancellationToken);

        Assert.IsFalse(File.Exists(Path.Combine(CacheFolder, "index.json")));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Complete_Reset_RemovesWhatTheNewCacheDoesNotName(bool isIndex)
    {
        var old = StoredBytes.Put(CacheFolder, "old"u8.ToArray());
        await new LayoutIndex(CacheFolder).PutAsync(new Descriptor { MediaType = MediaTypes.OciIndex, Digest = old, Size = 3 }, "v0", TimeProvider.System, context.CancellationToken);
        await using var plan = await PlanAsync([], ["type=local,dest=cache,reset=true"]);
        Assert.IsFalse(plan.Exports.Single().Attributes.ContainsKey("reset"));
        var store = plan.Stores.Single().Value;
        var layer = new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = await CommitAsync(store, "layer"), Size = 5 };
        var config = new Descriptor { MediaType = "application/vnd.buildkit.cacheconfig.v0", Digest = await CommitAsync(store, "config"), Size = 6 };
        var manifest = Encoding.UTF8.GetString(isIndex
            ? OciJson.Write(new ImageIndex { Manifests = [layer, config] })
            : OciJson.Write(new ImageManifest { Config = config, Layers = [layer] }));
        var digest = await CommitAsync(store, manifest);

        await plan.CompleteAsync(Response(digest, manifest.Length), context.CancellationToken);

        CollectionAssert.AreEquivalent(new[] { layer.Digest, config.Digest, digest }, store.List().Select(blob => blob.Digest).ToArray());
        Assert.IsNull(await new LayoutIndex(CacheFolder).FindAsync("v0", context.CancellationToken));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Complete_TwoResetsAtOnce_LeaveEachTagWithAllOfItsBlobs(bool isFirstDoneFirst)
    {
        await using var first = await PlanAsync([], ["type=local,dest=cache,tag=a,reset=true"]);
        await using var second = await PlanAsync([], ["type=local,dest=cache,tag=b,reset=true"]);
        var written = new List<(CachePlan Plan, Digest Layer, Digest Manifest, int Size)>();
        foreach (var (plan, name) in new[] { (first, "one"), (second, "other") })
        {
            var layer = new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = await CommitAsync(plan.Stores.Single().Value, name), Size = name.Length };
            var manifest = Encoding.UTF8.GetString(OciJson.Write(new ImageIndex { Manifests = [layer] }));
            written.Add((plan, layer.Digest, await CommitAsync(plan.Stores.Single().Value, manifest), manifest.Length));
        }

        foreach (var (plan, _, manifest, size) in isFirstDoneFirst ? written : Enumerable.Reverse(written))
        {
            await plan.CompleteAsync(Response(manifest, size), context.CancellationToken);
        }

        var store = second.Stores.Single().Value;
        var tags = new[] { "a", "b" }.Zip(written).ToList();
        foreach (var (tag, cache) in tags)
        {
            if (await new LayoutIndex(CacheFolder).FindAsync(tag, context.CancellationToken) is { } digest)
            {
                Assert.AreEqual(cache.Manifest, digest);
                Assert.IsNotNull(store.Find(digest));
                Assert.IsNotNull(store.Find(cache.Layer));
            }
        }

        // The last one is there, and alone: the other had been told to be.
        var last = isFirstDoneFirst ? written[1] : written[0];
        CollectionAssert.AreEquivalent(new[] { last.Layer, last.Manifest }, store.List().Select(blob => blob.Digest).ToArray());
    }

    [TestMethod]
    public async Task Complete_ResetWhileAnotherWrites_RemovesNothing()
    {
        var old = StoredBytes.Put(CacheFolder, "old"u8.ToArray());
        await using var other = await PlanAsync([], ["type=local,dest=cache,tag=other"]);
        await using var plan = await PlanAsync([], ["type=local,dest=cache,reset=true"]);
        var digest = await CommitAsync(plan.Stores.Single().Value, """{"manifests":[]}""");

        await plan.CompleteAsync(Response(digest, 16), context.CancellationToken);

        Assert.IsNotNull(other.Stores.Single().Value.Find(old));
        Assert.AreEqual(digest, await new LayoutIndex(CacheFolder).FindAsync("latest", context.CancellationToken));
    }

    [TestMethod]
    public async Task Complete_ResetWithMalformedManifest_RemovesNothing()
    {
        var old = StoredBytes.Put(CacheFolder, "old"u8.ToArray());
        await using var plan = await PlanAsync([], ["type=local,dest=cache,reset=true"]);
        var digest = await CommitAsync(plan.Stores.Single().Value, """{"manifests":[null]}""");

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => plan.CompleteAsync(Response(digest, 20), context.CancellationToken));

        Assert.IsNotNull(plan.Stores.Single().Value.Find(old));
    }

    [TestMethod]
    public async Task Plan_Secrets_AreReadAndNeverRepeated()
    {
        environment["KEY"] = "hunter1";
        File.WriteAllText(Path.Combine(context.Folder(), "token"), "hunter2\n");

        await using var plan = await PlanAsync([], ["type=s3,bucket=b,access_key_id=id,secret_access_key=env:KEY,session_token=file:token", "type=azblob,secret_access_key=hunter3"]);

        Assert.AreEqual("s3 secret_access_key=hunter1 session_token=hunter2", Text(plan.Exports[0], "secret_access_key", "session_token"));
        var warning = log.Diagnostics.Single();
        Assert.AreEqual("OFB5303", warning.Descriptor.Code);
        Assert.DoesNotContain("hunter", warning.Message);
        Assert.Contains("Number 2 of @(ContainerCacheTo)", warning.Message);
    }

    [TestMethod]
    public async Task Plan_S3_TakesTheVariablesOfAws()
    {
        environment["AWS_ACCESS_KEY_ID"] = "id";
        environment["AWS_SECRET_ACCESS_KEY"] = "key";
        environment["AWS_SESSION_TOKEN"] = "session";

        await using var plan = await PlanAsync(["type=s3,bucket=b", "type=s3,bucket=b,access_key_id=own,secret_access_key=env:AWS_SECRET_ACCESS_KEY"], []);

        Assert.AreEqual("s3 access_key_id=id secret_access_key=key session_token=session", Text(plan.Imports[0], "access_key_id", "secret_access_key", "session_token"));
        Assert.IsFalse(plan.Imports[1].Attributes.ContainsKey("session_token"));
    }

    [TestMethod]
    [DataRow("TOKEN=t;RESULTS=r;V2=true", "token=t;url=r;url_v2=r")]
    [DataRow("TOKEN=t;RESULTS=r;V2=1;CACHE=c", "token=t;url=c;url_v2=r")]
    [DataRow("TOKEN=t;RESULTS=r;CACHE=c", "token=t;url=c")]
    [DataRow("TOKEN=t;RESULTS=r;V2=false", "token=t;url=r")]
    [DataRow("TOKEN=t", null)]
    [DataRow("RESULTS=r;V2=true", null)]
    [DataRow("", null)]
    public async Task Plan_GitHub_IsCompletedOrLeftOutWithAWarning(string variables, string? expected)
    {
        foreach (var variable in variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')))
        {
            environment[variable[0] switch { "TOKEN" => "ACTIONS_RUNTIME_TOKEN", "RESULTS" => "ACTIONS_RESULTS_URL", "CACHE" => "ACTIONS_CACHE_URL", _ => "ACTIONS_CACHE_SERVICE_V2" }] = variable[1];
        }

        await using var plan = await PlanAsync([], ["type=gha"]);

        if (expected is null)
        {
            Assert.IsEmpty(plan.Exports);
            Assert.AreEqual("OFB5304", log.Diagnostics.Single().Descriptor.Code);
        }
        else
        {
            Assert.AreEqual(expected, string.Join(';', plan.Exports.Single().Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}")));
        }
    }

    [TestMethod]
    [DataRow("type=registry", "OFB5302")]
    [DataRow("type=registry,ref=", "OFB5302")]
    [DataRow("type=registry,ref=a/UPPER", "OFB5301")]
    [DataRow("type=local,src=x", "OFB5302")]
    [DataRow("type=local,dest=x,tag=-", "OFB5301")]
    [DataRow("type=local,dest=x,dest=y", "OFB5301")]
    [DataRow("", "OFB5302")]
    [DataRow("type=s3,secret_access_key=env:MISSING", "OFB1010")]
    [DataRow("type=s3,session_token=file:missing", "OFB1010")]
    [DataRow("type=s3,session_token=file:.", "OFB1010")]
    public async Task Plan_Malformed_IsACodedErrorAtTheProject(string to, string code)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => PlanAsync([], [to]));

        Assert.AreEqual(code, failure.Diagnostics[0].Descriptor.Code);
        Assert.AreEqual("p.csproj", failure.Diagnostics[0].Location?.File);
    }

    [TestMethod]
    public async Task Plan_SeveralMalformed_AreAllNamed()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => PlanAsync(
            ["type=inline", "type=local", "type=local,src=x,digest=sha256:00"], ["type=local,dest=a", "type=local,dest=b", "x=y"]));

        Assert.AreEqual("OFB5301 OFB5301 OFB5301 OFB5302 OFB5301", string.Join(' ', failure.Diagnostics.Select(diagnostic => diagnostic.Descriptor.Code)));
    }

    [TestMethod]
    public async Task Plan_LocalCacheCannotBeWritten_IsACodedErrorBeforeTheBuild()
    {
        File.WriteAllText(CacheFolder, "a file");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => PlanAsync([], ["type=local,dest=cache"]));

        Assert.AreEqual("OFB4003", failure.Diagnostics[0].Descriptor.Code);
    }

    private static string Text(CacheEntry entry, params string[] keys) => $"{entry.Type} {string.Join(' ', keys.Select(key => $"{key}={entry.Attributes[key]}"))}";

    private static Dictionary<string, string> Response(Digest digest, long size) =>
        new() { ["cache.manifest"] = $$"""{"mediaType":"{{MediaTypes.OciIndex}}","digest":"{{digest}}","size":{{size}}}""" };

    private async Task<Digest> CommitAsync(ContentFolder store, string text)
    {
        var ingest = store.Acquire(text);
        await ingest.WriteAsync(Encoding.UTF8.GetBytes(text), context.CancellationToken);
        var digest = ingest.Digest;
        await store.CommitAsync(ingest, context.CancellationToken);
        return digest;
    }

    private Task<CachePlan> PlanAsync(IReadOnlyList<string> from, IReadOnlyList<string> to) => CachePlanner.PlanAsync(
        new CacheInputs
        {
            From = from,
            To = to,
            BaseFolder = context.Folder(),
            Function = "hello",
            InsecureRegistries = ["127.0.0.1:5000"],
            Environment = environment.GetValueOrDefault,
            Origin = new SourceLocation("p.csproj"),
            Log = log,
        },
        context.CancellationToken);
}
