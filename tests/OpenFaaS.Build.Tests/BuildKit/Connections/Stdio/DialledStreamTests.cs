using System.Text;
using OpenFaaS.Build.BuildKit.Connections.Stdio;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections.Stdio;

[TestClass]
public sealed class DialledStreamTests(TestContext context)
{
    private static readonly byte[] Settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    private readonly List<(bool Greeted, string Said)> explained = [];

    [TestMethod]
    public async Task Open_FirstBytesAreHttp2_GivesThemAndAllThatFollows()
    {
        var inner = new DuplexDouble(Settings, 4, staysOpen: true);
        await using var stream = await OpenAsync(inner);
        var read = new byte[Settings.Length + 2];

        await stream.WriteAsync("x"u8.ToArray(), context.CancellationToken);
        inner.End([1, 2]);
        await stream.ReadExactlyAsync(read, context.CancellationToken);

        CollectionAssert.AreEqual((byte[])[.. Settings, 1, 2], read);
        CollectionAssert.AreEqual("x"u8.ToArray(), inner.Written);
        Assert.IsEmpty(explained);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("sh: buildctl: not found\n")]
    public async Task Open_EndsOrSpeaksText_ThrowsWhatExplainsItAndEndsTheWay(string text)
    {
        var inner = new DuplexDouble(Encoding.UTF8.GetBytes(text), 5);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => OpenAsync(inner));

        Assert.AreEqual("OFB5044", failure.Diagnostics[0].Descriptor.Code);
        Assert.AreEqual((false, text), explained.Single());
        Assert.IsTrue(inner.IsDisposed);
    }

    [TestMethod]
    public async Task Open_EndlessText_IsBounded()
    {
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => OpenAsync(new DuplexDouble([.. Enumerable.Repeat((byte)'y', 100_000)], 1000)));

        Assert.AreEqual(4096, explained.Single().Said.Length);
    }

    [TestMethod]
    public async Task Open_SilentWay_IsHandedOutAndReadLater()
    {
        var inner = new DuplexDouble([], staysOpen: true);
        await using var stream = await DialledStream.OpenAsync(inner, ExplainAsync, TimeSpan.FromSeconds(10), new ImpatientTime(), context.CancellationToken);
        var read = new byte[Settings.Length];

        inner.End(Settings);
        await stream.ReadExactlyAsync(read.AsMemory(0, 2), context.CancellationToken);
        await stream.ReadExactlyAsync(read.AsMemory(2), context.CancellationToken);

        CollectionAssert.AreEqual(Settings, read);
    }

    [TestMethod]
    public async Task Open_Cancelled_EndsTheWay()
    {
        var inner = new DuplexDouble([], staysOpen: true);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => DialledStream.OpenAsync(inner, ExplainAsync, TimeSpan.FromMinutes(5), TimeProvider.System, cancel.Token));

        Assert.IsTrue(inner.IsDisposed);
    }

    [TestMethod]
    public async Task Read_WayEndsLater_IsAnErrorWithACodedCause()
    {
        await using var stream = await OpenAsync(new DuplexDouble(Settings));
        await stream.ReadExactlyAsync(new byte[Settings.Length], context.CancellationToken);

        var failure = await Assert.ThrowsExactlyAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1], context.CancellationToken));

        Assert.AreEqual("OFB5044", ((DiagnosticException)failure.InnerException!).Diagnostics[0].Descriptor.Code);
        Assert.AreEqual((true, ""), explained.Single());
    }

    private Task<Stream> OpenAsync(DuplexDouble inner) =>
        DialledStream.OpenAsync(inner, ExplainAsync, TimeSpan.FromMinutes(5), TimeProvider.System, context.CancellationToken);

    private Task<DiagnosticException> ExplainAsync(bool greeted, string said)
    {
        explained.Add((greeted, said));
        return Task.FromResult(BuildKitProcessDiagnostics.DaemonEnded.With("x", "y").ToException());
    }
}
