using Grpc.Core;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class DaemonLostTests
{
    private static readonly DiagnosticException Way = BuildKitConnectionDiagnostics.NoWorker.With("x").ToException();

    public static IEnumerable<object[]> Causes =>
    [
        [Way, "OFB5018"],
        [new HttpRequestException("error", Way), "OFB5018"],
        [new HttpRequestException("error", new IOException("cut", new IOException(Way.Message, Way))), "OFB5018"],
        [new IOException("cut", new RpcException(new Status(StatusCode.Unavailable, "error", Way))), "OFB5018"],
        [new HttpRequestException("error", new IOException("cut")), "OFB5411"],
        [new ObjectDisposedException("channel"), "OFB5411"],
    ];

    [TestMethod, DynamicData(nameof(Causes))]
    public void Of_BrokenWay_IsLostWithItsOwnError(Exception cause, string code)
    {
        var lost = DaemonLostException.Of(new RpcException(new Status(StatusCode.Unavailable, "error", cause)), "unix:///x");

        Assert.AreEqual(code, lost?.Told.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Of_AnswerOfTheDaemon_IsNoLoss() =>
        Assert.IsNull(DaemonLostException.Of(new RpcException(new Status(StatusCode.Unknown, "process did not complete")), "unix:///x"));
}
