using Grpc.Core;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

[TestClass]
public sealed class DaemonLostTests
{
    private static readonly DiagnosticException Way = BuildKitConnectionDiagnostics.NoWorker.With("x").ToException();

    [TestMethod]
    [DataRow("the way", "OFB5018")]
    [DataRow("below HTTP's", "OFB5018")]
    [DataRow("below its stream's", "OFB5018")]
    [DataRow("in another call", "OFB5018")]
    [DataRow("cut", "OFB5411")]
    [DataRow("disposed", "OFB5411")]
    public void Of_BrokenWay_IsLostWithItsOwnError(string cause, string code)
    {
        var lost = DaemonLostException.Of(new RpcException(new Status(StatusCode.Unavailable, "error", Cause(cause))), "unix:///x");

        Assert.AreEqual(code, lost?.Told.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public void Of_AnswerOfTheDaemon_IsNoLoss() =>
        Assert.IsNull(DaemonLostException.Of(new RpcException(new Status(StatusCode.Unknown, "process did not complete")), "unix:///x"));

    private static Exception Cause(string name) => name switch
    {
        "the way" => Way,
        "below HTTP's" => new HttpRequestException("error", Way),
        "below its stream's" => new HttpRequestException("error", new IOException("cut", new IOException(Way.Message, Way))),
        "in another call" => new IOException("cut", new RpcException(new Status(StatusCode.Unavailable, "error", Way))),
        "cut" => new HttpRequestException("error", new IOException("cut")),
        _ => new ObjectDisposedException("channel"),
    };
}
