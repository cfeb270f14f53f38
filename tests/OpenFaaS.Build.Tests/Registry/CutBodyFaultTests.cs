using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Registry;

/// <summary>Fault 56: bodies that end early, late, or say so wrongly.</summary>
[TestClass]
public sealed class CutBodyFaultTests(TestContext context)
{
    private const int Size = 20_000;

    public static IEnumerable<object[]> Cuts =>
        from framing in Enum.GetValues<StandInFraming>()
        from cut in new[] { 0, 1, 511, Size / 2, Size - 1 }
        from resumes in new[] { true, false }
        select new object[] { framing, cut, resumes };

    [TestMethod]
    [DynamicData(nameof(Cuts))]
    public async Task Fault56_BlobCutOnce_IsResumedByRangeOrReadAgain(StandInFraming framing, int cut, bool resumes)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (blob, bytes) = RegistryTestContext.Blob(Size);
        registry.Add(bytes);
        registry.Fault = request => request.Kind != "GET blob" ? null
            : registry.Count("GET blob") == 1 ? new StandInReply(200, bytes) { Framing = framing, CutAt = cut }
            : resumes ? null : new StandInReply(200, bytes) { Framing = framing };
        using var copy = new MemoryStream();

        await test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(blob, copy, context.CancellationToken);

        CollectionAssert.AreEqual(bytes, copy.ToArray());
        var second = registry.Requests.Last(request => request.Kind == "GET blob").Headers.GetValueOrDefault("range");
        Assert.AreEqual(cut == 0 ? null : $"bytes={cut}-", second);
    }

    [TestMethod]
    [DataRow(StandInFraming.ContentLength)]
    [DataRow(StandInFraming.Chunked)]
    [DataRow(StandInFraming.Close)]
    public async Task Fault56_BlobCutAlways_IsNeverAccepted(StandInFraming framing)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (blob, bytes) = RegistryTestContext.Blob(Size);
        registry.Fault = request => request.Kind == "GET blob" ? new StandInReply(200, bytes) { Framing = framing, CutAt = 0 } : null;

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(blob, new MemoryStream(), context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.Interrupted, error.Diagnostics[0].Descriptor);
        Assert.AreEqual(5, registry.Count("GET blob"));
    }

    [TestMethod]
    [DataRow(StandInFraming.ContentLength, 1)]
    [DataRow(StandInFraming.Chunked, 1)]
    [DataRow(StandInFraming.Close, 1)]
    [DataRow(StandInFraming.ContentLength, -1)]
    public async Task Fault56_BlobOfOtherLength_IsRefused(StandInFraming framing, int difference)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (blob, bytes) = RegistryTestContext.Blob(Size);
        var sent = difference > 0 ? [.. bytes, .. new byte[difference]] : bytes[..^1];
        registry.Fault = request => request.Kind == "GET blob" ? new StandInReply(200, sent) { Framing = framing } : null;

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(blob, new MemoryStream(), context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.DigestMismatch, error.Diagnostics[0].Descriptor);
        Assert.Contains("expected 20000 bytes", error.Message);
    }

    [TestMethod]
    [DataRow("bytes 0-19999/20000")]
    [DataRow("bytes 10001-19999/20000")]
    [DataRow("bytes 10000-19999/30000")]
    [DataRow(null)]
    public async Task Fault56_OtherRangeThanAskedFor_IsRefused(string? range)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (blob, bytes) = RegistryTestContext.Blob(Size);
        registry.Fault = request => request.Kind != "GET blob" ? null
            : registry.Count("GET blob") == 1 ? new StandInReply(200, bytes) { CutAt = 10_000 }
            : new StandInReply(206, bytes[10_000..], range is null ? [] : [("Content-Range", range)]);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(blob, new MemoryStream(), context.CancellationToken));

        Assert.AreEqual(RegistryDiagnostics.MalformedResponse, error.Diagnostics[0].Descriptor);
    }

    [TestMethod]
    [DataRow(StandInFraming.ContentLength)]
    [DataRow(StandInFraming.Chunked)]
    [DataRow(StandInFraming.Close)]
    public async Task Fault56_ManifestCutOnce_IsReadAgain(StandInFraming framing)
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (index, _) = IntegrityFaultTests.AddImage(registry);
        var (bytes, mediaType) = registry.Manifests["latest"];
        registry.Fault = request => request.Kind == "GET manifest" && registry.Count("GET manifest") == 1
            ? new StandInReply(200, bytes, ("Content-Type", mediaType)) { Framing = framing, CutAt = bytes.Length - 1 }
            : null;

        var document = await test.Connections.Repository(registry.Name, "hello").GetManifestAsync("latest", context.CancellationToken);

        Assert.AreEqual(index.Digest, document?.Digest);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(Size / 2)]
    [DataRow(Size - 1)]
    public async Task Fault56_Http2StreamReset_IsResumed(int cut)
    {
        var authority = new PrivateAuthority(context.Folder());
        var (blob, bytes) = RegistryTestContext.Blob(Size);
        await using var registry = new Http2CutStandIn(authority.Load(), bytes, cut);
        using var test = new RegistryTestContext(null, (CertificateFiles.Variable, authority.AuthorityFile));
        using var copy = new MemoryStream();

        await test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(blob, copy, context.CancellationToken);

        CollectionAssert.AreEqual(bytes, copy.ToArray());
        Assert.HasCount(3, registry.Requests);
    }

    [TestMethod]
    public async Task CopyBlob_BodyStandsStill_IsCancelledAndResumed()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext(options => options with { Limits = options.Limits with { Idle = TimeSpan.FromMilliseconds(300) } });
        var (blob, bytes) = RegistryTestContext.Blob(Size);
        registry.Add(bytes);
        registry.Fault = request => request.Kind == "GET blob" && registry.Count("GET blob") == 1 ? new StandInReply(200, bytes) { Stalls = true } : null;
        using var copy = new MemoryStream();

        await test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(blob, copy, context.CancellationToken);

        CollectionAssert.AreEqual(bytes, copy.ToArray());
    }

    [TestMethod]
    public async Task CopyBlob_DestinationFails_IsNoFailureOfTheRegistry()
    {
        await using var registry = new RegistryStandIn();
        using var test = new RegistryTestContext();
        var (_, bytes) = RegistryTestContext.Blob(Size);
        var blob = registry.Add(bytes);

        await Assert.ThrowsExactlyAsync<NotSupportedException>(() =>
            test.Connections.Repository(registry.Name, "hello").CopyBlobAsync(blob, new MemoryStream(new byte[10]), context.CancellationToken));

        Assert.AreEqual(1, registry.Count("GET blob"));
    }
}
