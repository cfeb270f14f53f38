using System.Collections.Concurrent;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>Which questions a daemon is asked.</summary>
[TestClass]
public sealed class DaemonQuestionsTests(TestContext context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    public async Task Ask_EngineBeforeTheImageStore_IsNotAskedForItsWorkers()
    {
        var daemon = new ControlStandIn(version: null);

        var known = await DaemonQuestions.AskAsync(new ControlCalls(daemon), new Way(IsEngineWithoutImageStore: true), Task.CompletedTask, context.CancellationToken);

        Assert.IsFalse(known.HasImageStore);
        Assert.AreEqual("", known.Version);
        CollectionAssert.AreEqual(new[] { "Info" }, daemon.Asked.ToArray());
    }

    [TestMethod]
    public async Task Ask_EngineBeforeTheImageStore_AnswersBeforeItCounts()
    {
        var answer = new TaskCompletionSource();
        var daemon = new ControlStandIn(version: null) { Silence = answer.Task };

        var asking = DaemonQuestions.AskAsync(new ControlCalls(daemon), new Way(IsEngineWithoutImageStore: true), Task.CompletedTask, context.CancellationToken);
        Assert.AreNotSame(asking, await Task.WhenAny(asking, Task.Delay(200, context.CancellationToken)));
        answer.SetException(new RpcException(new Status(StatusCode.Unavailable, "not here")));

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => asking.WaitAsync(Patience, context.CancellationToken));
        Assert.Contains("not here", failure.Message);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Ask_NoConnection_TellsWhatTheCallSays(bool isOld)
    {
        var refused = BuildKitConnectionDiagnostics.EngineRefused.With("unix:///stand-in.sock", "it says no").ToException();
        var daemon = new ControlStandIn(version: null) { Silence = Task.FromException(new RpcException(new Status(StatusCode.Unavailable, "no connection", refused))) };

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => DaemonQuestions.AskAsync(
            new ControlCalls(daemon), new Way(isOld), Task.FromException(new InvalidDataException()), context.CancellationToken).WaitAsync(Patience, context.CancellationToken));

        Assert.AreEqual(BuildKitConnectionDiagnostics.EngineRefused, failure.Diagnostics[0].Descriptor);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("v0.13.2")]
    public async Task Ask_AnyOther_TellsByItsWorkers(string? version)
    {
        var daemon = new ControlStandIn(version);

        var known = await DaemonQuestions.AskAsync(new ControlCalls(daemon), new Way(IsEngineWithoutImageStore: false), Task.CompletedTask, context.CancellationToken);

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
        public ConcurrentQueue<string> Asked { get; } = [];

        /// <summary>What comes before each answer.</summary>
        public Task Silence { get; init; } = Task.CompletedTask;

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Asked.Enqueue(method.Name);
            return new AsyncUnaryCall<TResponse>(AnswerAsync<TResponse>(method.Name), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
        }

        private async Task<T> AnswerAsync<T>(string method)
        {
            await Task.Yield();
            await Silence;
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
