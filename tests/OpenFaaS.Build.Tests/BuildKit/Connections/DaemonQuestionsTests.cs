using Grpc.Core;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>Which questions a daemon is asked.</summary>
[TestClass]
public sealed class DaemonQuestionsTests(TestContext context)
{
    [TestMethod]
    public async Task Ask_EngineBeforeTheImageStore_IsNotAskedForItsWorkers()
    {
        var daemon = new ControlStandIn(version: null);

        var known = await DaemonQuestions.AskAsync(new ControlCalls(daemon), new Way(IsEngineWithoutImageStore: true), context.CancellationToken);

        Assert.IsFalse(known.HasImageStore);
        Assert.AreEqual("", known.Version);
        CollectionAssert.AreEqual(new[] { "Info" }, daemon.Asked);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("v0.13.2")]
    public async Task Ask_AnyOther_TellsByItsWorkers(string? version)
    {
        var daemon = new ControlStandIn(version);

        var known = await DaemonQuestions.AskAsync(new ControlCalls(daemon), new Way(IsEngineWithoutImageStore: false), context.CancellationToken);

        Assert.IsTrue(known.HasImageStore);
        Assert.AreEqual(version is not null, known.HasContentStore);
    }

    private sealed record Way(bool IsEngineWithoutImageStore) : IBuildKitTransport
    {
        public string Address => "unix:///stand-in.sock";

        public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Answers as a daemon of a version does; null for one from before versions were told.</summary>
    private sealed class ControlStandIn(string? version) : CallInvokerStandIn
    {
        public List<string> Asked { get; } = [];

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Asked.Add(method.Name);
            return new AsyncUnaryCall<TResponse>(AnswerAsync<TResponse>(method.Name), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
        }

        private async Task<T> AnswerAsync<T>(string method)
        {
            await Task.Yield();
            object answer = method switch
            {
                "Info" when version is null => throw new RpcException(new Status(StatusCode.Unimplemented, "unknown method Info")),
                "Info" => new InfoResponse { BuildkitVersion = new BuildkitVersion { Version = version } },
                _ => new ListWorkersResponse { Record = { new WorkerRecord { Labels = { ["org.mobyproject.buildkit.worker.snapshotter"] = "overlayfs" } } } },
            };
            return (T)answer;
        }
    }
}
