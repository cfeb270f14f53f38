using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry;

/// <summary>Fault 59 (and 58 at every request kind): server errors once, twice, often and always, at each kind of request.</summary>
[TestClass]
public sealed class ServerErrorFaultTests(TestContext context)
{
    private static readonly string[] Kinds =
        ["token", "HEAD manifest", "GET manifest", "PUT manifest", "HEAD blob", "GET blob", "POST upload", "PUT upload", "mount"];

    public static IEnumerable<object[]> Cases =>
        from kind in Kinds
        from status in new[] { 408, 429, 500, 502, 503, 504 }
        select new object[] { kind, status };

    public static IEnumerable<object[]> AllKinds => Kinds.Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task Fault59_OnceAndTwice_IsRepeated(string kind, int status)
    {
        for (var times = 1; times <= 2; times++)
        {
            await using var registry = new RegistryStandIn();
            using var test = new RegistryTestContext();
            registry.Fault = FaultyAndWithTokens(registry, kind, status, times);

            await UseAsync(registry, test, kind);

            Assert.AreEqual(times + 1, registry.Count(kind), $"{times} times");
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllKinds))]
    public async Task Fault59_Always_FailsAfterFiveAttemptsWithTheRegistrysWords(string kind)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = FaultyAndWithTokens(registry, kind, 503, int.MaxValue);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => UseAsync(registry, test, kind));

        Assert.AreEqual(RegistryDiagnostics.ServerError, error.Diagnostics[0].Descriptor);
        Assert.AreEqual(5, registry.Count(kind));
        Assert.HasCount(4, test.Time.Waits);
        if (!kind.StartsWith("HEAD", StringComparison.Ordinal))
        {
            Assert.Contains("UNAVAILABLE: disk  [31m full", error.Message, "control characters are gone");
        }
    }

    [TestMethod]
    public async Task Fault59_PingAlways_IsAnAnswerToWhichProtocol()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = request => request.Kind == "ping" ? new StandInReply(503) : null;

        Assert.IsNull(await test.Connections.Repository(registry.Name, "hello").HeadManifestAsync("latest", context.CancellationToken));
    }

    [TestMethod]
    public async Task Fault59_UploadFails_BeginsANewSessionAndSendsAllAgain()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = request => request.Kind == "PUT upload" && registry.Count("PUT upload") <= 2 ? new StandInReply(registry.Count("PUT upload") == 1 ? 502 : 404) : null;

        await UseAsync(registry, test, "PUT upload");

        Assert.AreEqual(3, registry.Count("POST upload"));
        Assert.HasCount(3, registry.Requests.Where(request => request.Kind == "PUT upload").Select(request => request.Path).Distinct());
    }

    [TestMethod]
    [DataRow(400, "OFB3017")]
    [DataRow(403, "OFB3005")]
    [DataRow(405, "OFB3017")]
    [DataRow(413, "OFB3017")]
    [DataRow(501, "OFB3011")]
    public async Task Send_OtherErrorStatus_IsNotRepeated(int status, string code)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = request => request.Kind == "PUT manifest" ? new StandInReply(status, """{"errors":[{"code":"WHY","message":"because"}]}""") : null;

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => UseAsync(registry, test, "PUT manifest"));

        Assert.AreEqual(code, error.Diagnostics[0].Descriptor.Code);
        Assert.Contains("WHY: because", error.Message);
        Assert.AreEqual(1, registry.Count("PUT manifest"));
    }

    private static Func<StandInRequest, StandInReply?> FaultyAndWithTokens(RegistryStandIn registry, string kind, int status, int times) => request =>
    {
        if (request.Kind == kind && registry.Count(kind) <= times)
        {
            return new StandInReply(status, "{\"errors\":[{\"code\":\"UNAVAILABLE\",\"message\":\"disk \\u001b[31m full\"}]}");
        }

        return kind != "token" ? null
            : request.Kind == "token" ? new StandInReply(200, """{"token":"t","expires_in":300}""")
            : request.Authorization is null && request.Kind != "ping" ? new StandInReply(401, "", ("WWW-Authenticate", $"Bearer realm=\"{registry.Url}/token\""))
            : null;
    };

    private async Task UseAsync(RegistryStandIn registry, RegistryTestContext test, string kind)
    {
        var repository = test.Connections.Repository(registry.Name, "hello", RegistryAccess.Push);
        var (blob, bytes) = RegistryTestContext.Blob(70_000);
        if (!kind.EndsWith("upload", StringComparison.Ordinal))
        {
            registry.Add(bytes);
        }

        var manifest = "{\"config\":{}}"u8.ToArray();
        registry.AddManifest(manifest, MediaTypes.OciManifest, "latest");
        switch (kind)
        {
            case "HEAD manifest" or "token":
                Assert.IsNotNull(await repository.HeadManifestAsync("latest", context.CancellationToken));
                break;
            case "GET manifest":
                Assert.IsNotNull(await repository.GetManifestAsync("latest", context.CancellationToken));
                break;
            case "PUT manifest":
                await repository.PutManifestAsync("other", manifest, MediaTypes.OciManifest, context.CancellationToken);
                break;
            case "HEAD blob":
                Assert.IsTrue(await repository.HasBlobAsync(blob.Digest, context.CancellationToken));
                break;
            case "GET blob":
                await repository.CopyBlobAsync(blob, new MemoryStream(), context.CancellationToken);
                break;
            case "mount":
                Assert.IsTrue(await repository.TryMountAsync(blob, "from", context.CancellationToken));
                break;
            default:
                await repository.UploadBlobAsync(blob, () => new MemoryStream(bytes), context.CancellationToken);
                Assert.IsTrue(registry.Blobs.ContainsKey(blob.Digest.ToString()));
                break;
        }
    }
}
