using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Transport;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry;

/// <summary>Faults 44, 45 and 46: other servers that a registry sends transfers to.</summary>
[TestClass]
public sealed class RedirectFaultTests(TestContext context)
{
    private static readonly (Descriptor Descriptor, byte[] Bytes) Blob = RegistryTestContext.Blob(5000);

    [TestMethod]
    public async Task Fault44_StorageAnswersWithAChallenge_GetsNoCredentials()
    {
        // On the registry's own host, where a token server would get its credentials.
        StandInServer? itself = null;
        await using var storage = new StandInServer(
            request => request.Path == "/token"
                ? new StandInReply(200, """{"token":"stolen"}""")
                : new StandInReply(401, """{"errors":[{"code":"X","message":"text of a stranger"}]}""", ("WWW-Authenticate", $"Bearer realm=\"{itself!.Url}/token\"")),
            "127.0.0.2");
        itself = storage;
        await using var registry = Registry(out var test);
        using var _ = test;
        Authenticated(registry, request => request.Kind == "GET blob" ? new StandInReply(307, "", ("Location", $"{storage.Url}/data?sig=abc")) : null);
        // From here on credentials are sent without being asked for.
        await test.Connections.Repository(registry.Name, "hello").HasBlobAsync(Blob.Descriptor.Digest, context.CancellationToken);

        var error = await CopyFailsAsync(test, registry);

        Assert.AreEqual(RegistryDiagnostics.Unauthorized, error.Diagnostics[0].Descriptor);
        Assert.DoesNotContain("stranger", error.Message);
        Assert.AreEqual("/data", storage.Requests.Single().Path);
        Assert.IsNull(storage.Requests.Single().Authorization);
    }

    [TestMethod]
    [DataRow(301)]
    [DataRow(302)]
    [DataRow(303)]
    [DataRow(307)]
    [DataRow(308)]
    public async Task Fault46_RedirectToStorage_CarriesNeitherCredentialsNorCookies(int status)
    {
        await using var storage = new StandInServer(_ => new StandInReply(200, Blob.Bytes));
        await using var registry = Registry(out var test);
        using var _ = test;
        Authenticated(registry, request => request.Kind == "GET blob"
            ? new StandInReply(status, "", ("Location", $"{storage.Url}/data?sig=abc"), ("Set-Cookie", "session=1; Path=/"))
            : null);
        using var copy = new MemoryStream();

        await test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(Blob.Descriptor, copy, context.CancellationToken);

        CollectionAssert.AreEqual(Blob.Bytes, copy.ToArray());
        await test.Connections.Repository(registry.Name, "hello").HasBlobAsync(Blob.Descriptor.Digest, context.CancellationToken);
        Assert.IsFalse(registry.Requests.Any(each => each.Headers.ContainsKey("cookie")));
        var request = storage.Requests.Single();
        CollectionAssert.AreEquivalent(new[] { "host", "user-agent", "accept-encoding" }, request.Headers.Keys.ToArray());
        Assert.AreEqual("sig=abc", request.Query);
        Assert.IsNotNull(registry.Requests.Last(each => each.Kind == "GET blob").Authorization);
    }

    [TestMethod]
    public async Task Fault46_CutDownloadFromStorage_IsResumedThroughTheRegistry()
    {
        await using var storage = new StandInServer(request => request.Headers.ContainsKey("range")
            ? new StandInReply(206, Blob.Bytes[1000..], ("Content-Range", $"bytes 1000-4999/5000"))
            : new StandInReply(200, Blob.Bytes) { CutAt = 1000 });
        await using var registry = Registry(out var test);
        using var _ = test;
        Authenticated(registry, request => request.Kind == "GET blob" ? new StandInReply(307, "", ("Location", $"{storage.Url}/data")) : null);
        using var copy = new MemoryStream();

        await test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(Blob.Descriptor, copy, context.CancellationToken);

        CollectionAssert.AreEqual(Blob.Bytes, copy.ToArray());
        Assert.IsTrue(storage.Requests.All(request => request.Authorization is null));
    }

    [TestMethod]
    [DataRow("http://169.254.169.254/latest", "link-local")]
    [DataRow("http://[fe80::1]/x", "link-local")]
    [DataRow("http://u:p@127.0.0.1/x", "user name")]
    [DataRow("ftp://127.0.0.1/x", "no web address")]
    public async Task Fault45_RedirectOrUploadLocationThatMustNotBeFollowed_IsRefused(string location, string reason)
    {
        await using var registry = Registry(out var test);
        using var _ = test;
        Authenticated(registry, request => request.Kind switch
        {
            "GET blob" => new StandInReply(307, "", ("Location", location)),
            "POST upload" => new StandInReply(202, "", ("Location", location)),
            _ => null,
        });

        foreach (var error in new[] { await CopyFailsAsync(test, registry), await UploadFailsAsync(test, registry) })
        {
            Assert.AreEqual(RegistryDiagnostics.RedirectRefused, error.Diagnostics[0].Descriptor);
            Assert.Contains(reason, error.Message);
            Assert.DoesNotContain("u:p", error.Message);
        }
    }

    [TestMethod]
    public async Task Fault45_HttpsToHttp_IsRefusedForDownloadsAndUploads()
    {
        var authority = new PrivateAuthority(context.Folder());
        await using var storage = new StandInServer(_ => new StandInReply(200, Blob.Bytes));
        await using var registry = new RegistryStandIn(certificate: authority.Load());
        using var test = new RegistryTestContext(null, (CertificateFiles.Variable, authority.AuthorityFile));
        registry.Fault = request => request.Kind is "GET blob" or "POST upload"
            ? new StandInReply(request.Method == "GET" ? 307 : 202, "", ("Location", $"{storage.Url}/data?sig=topsecret"))
            : null;

        foreach (var error in new[] { await CopyFailsAsync(test, registry), await UploadFailsAsync(test, registry) })
        {
            Assert.AreEqual(RegistryDiagnostics.RedirectRefused, error.Diagnostics[0].Descriptor);
            Assert.DoesNotContain("topsecret", error.ToString());
        }

        Assert.IsEmpty(storage.Requests);
    }

    [TestMethod]
    public async Task Fault45_UploadLocationOnOtherServer_GetsTheBytesButNoCredentials()
    {
        await using var storage = new StandInServer(_ => new StandInReply(201));
        await using var registry = Registry(out var test);
        using var _ = test;
        Authenticated(registry, request => request.Kind == "POST upload" ? new StandInReply(202, "", ("Location", $"{storage.Url}/put?sig=abc#part")) : null);

        await test.Connections.Repository(registry.Name, "hello").UploadBlobAsync(Blob.Descriptor, () => new MemoryStream(Blob.Bytes), context.CancellationToken);

        var put = storage.Requests.Single();
        Assert.IsNull(put.Authorization);
        Assert.AreEqual($"sig=abc&digest={Uri.EscapeDataString(Blob.Descriptor.Digest.ToString())}", put.Query);
        CollectionAssert.AreEqual(Blob.Bytes, put.Body);
    }

    [TestMethod]
    [DataRow("uploads/1?_state=abc%3D")]
    [DataRow("/v2/hello/blobs/uploads/1?_state=abc%3D")]
    [DataRow("{url}/v2/hello/blobs/uploads/1?_state=abc%3D#fragment")]
    public async Task Fault45_UploadLocationOfAnyForm_GetsCredentials(string location)
    {
        await using var registry = Registry(out var test);
        using var _ = test;
        var url = registry.Url;
        Authenticated(registry, request => request.Kind == "POST upload"
            ? new StandInReply(202, "", ("Location", location.Replace("{url}", url, StringComparison.Ordinal).Replace("uploads/1", location.StartsWith('u') ? "1" : "uploads/1", StringComparison.Ordinal)))
            : null);

        await test.Connections.Repository(registry.Name, "hello").UploadBlobAsync(Blob.Descriptor, () => new MemoryStream(Blob.Bytes), context.CancellationToken);

        Assert.IsTrue(registry.Blobs.ContainsKey(Blob.Descriptor.Digest.ToString()));
        Assert.IsNotNull(registry.Requests.Single(request => request.Kind == "PUT upload").Authorization);
    }

    [TestMethod]
    public async Task Send_RedirectLoop_EndsAfterFive()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = request => request.Kind == "GET blob" ? new StandInReply(307, "", ("Location", request.Path)) : null;

        var error = await CopyFailsAsync(test, registry);

        Assert.Contains("too many redirects", error.Message);
        Assert.AreEqual(6, registry.Count("GET blob"));
    }

    [TestMethod]
    [DataRow("POST upload", null)]
    [DataRow("POST upload", "http://[")]
    public async Task Upload_LocationMissingOrMalformed_IsACodedError(string kind, string? location)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        registry.Fault = request => request.Kind == kind ? new StandInReply(202, "", location is null ? [] : [("Location", location)]) : null;

        Assert.AreEqual(RegistryDiagnostics.MalformedResponse, (await UploadFailsAsync(test, registry)).Diagnostics[0].Descriptor);
    }

    private static RegistryStandIn Registry(out RegistryTestContext test)
    {
        var registry = new RegistryStandIn("127.0.0.2");
        test = new RegistryTestContext(
            options => options with { OutputRegistry = registry.Name }, ("DOTNET_CONTAINER_REGISTRY_UNAME", "ada"), ("DOTNET_CONTAINER_REGISTRY_PWORD", "s3cret"));
        return registry;
    }

    private static void Authenticated(RegistryStandIn registry, Func<StandInRequest, StandInReply?> fault) => registry.Fault = request =>
        request.Kind != "ping" && request.Authorization is null ? new StandInReply(401, "", ("WWW-Authenticate", "Basic realm=\"r\"")) : fault(request);

    private async Task<DiagnosticException> CopyFailsAsync(RegistryTestContext test, RegistryStandIn registry) =>
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(Blob.Descriptor, new MemoryStream(), context.CancellationToken));

    private async Task<DiagnosticException> UploadFailsAsync(RegistryTestContext test, RegistryStandIn registry) =>
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").UploadBlobAsync(Blob.Descriptor, () => new MemoryStream(Blob.Bytes), context.CancellationToken));
}
