using System.Collections.Concurrent;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>What goes wrong in the double, switched by a test.</summary>
internal sealed class ClusterFaults
{
    private readonly ConcurrentDictionary<(string Verb, string Resource), ConcurrentQueue<ApiError>> failures = new();
    private CancellationTokenSource away = new();

    /// <summary>Cancelled while the server is away.</summary>
    public CancellationToken Away => Volatile.Read(ref away).Token;

    /// <summary>Verbs on resources that the account may not: <c>("create", "pods/attach")</c>.</summary>
    public ConcurrentDictionary<(string Verb, string Resource), bool> Denied { get; } = new();

    /// <summary>Requests whose answer is lost after they were carried out.</summary>
    public ConcurrentDictionary<(string Verb, string Resource), int> LostAnswers { get; } = new();

    /// <summary>Time between what a request asks for and that it is done, whether or not somebody waits for the answer still.</summary>
    public ConcurrentDictionary<(string Verb, string Resource), TimeSpan> Delays { get; } = new();

    /// <summary>Requests that are never answered.</summary>
    public ConcurrentDictionary<(string Verb, string Resource), bool> Silent { get; } = new();

    /// <summary>No node fits.</summary>
    public bool IsUnschedulable { get; set; }

    /// <summary>The event by which an autoscaler says that it adds a node (<c>TriggeredScaleUp</c>, <c>Nominated</c>); null for none.</summary>
    public string? ScaleUp { get; set; }

    /// <summary>The image cannot be pulled.</summary>
    public bool HasNoImage { get; set; }

    /// <summary>How long a node pulls an image.</summary>
    public TimeSpan PullTime { get; set; }

    /// <summary>No pod is made of a Job.</summary>
    public bool RefusesPods { get; set; }

    /// <summary>Events after which a watch is cut, once for each number in the queue.</summary>
    public ConcurrentQueue<int> WatchCuts { get; } = new();

    /// <summary>Watches that are refused since their version is too old: true with the status 410, false with an event.</summary>
    public ConcurrentQueue<bool> Expirations { get; } = new();

    /// <summary>Lines after which a log that is followed is cut, once for each number in the queue.</summary>
    public ConcurrentQueue<int> LogCuts { get; } = new();

    /// <summary>Bytes of the context after which its connection is cut.</summary>
    public long? AttachCut { get; set; }

    /// <summary>
    /// Why nobody is attached to a container, though it runs: the API server does not reach its node. Null where it does. From Kubernetes 1.30 on it says so in the
    /// connection that it has accepted already, and takes what is sent to it all the same; before, it answers with the status 500.
    /// </summary>
    public string? AttachRefusal { get; set; }

    /// <summary>How much later than a container's end its state tells it.</summary>
    public TimeSpan StatusLag { get; set; }

    /// <summary>The node is gone: what it runs is never ended, and it tells nothing any more.</summary>
    public bool IsNodeLost { get; set; }

    /// <summary>Whether only the sub-protocol without a closing of channels is spoken, as before Kubernetes 1.30.</summary>
    public bool IsOld { get; set; }

    /// <summary>Cuts every connection, and those that come. Pods go on.</summary>
    public void GoAway() => away.Cancel();

    /// <summary>Ends what <see cref="GoAway"/> began.</summary>
    public void ComeBack() => Volatile.Write(ref away, new CancellationTokenSource());

    /// <summary>Has the next requests fail.</summary>
    public void Fail(string verb, string resource, int status, int times = 1, int? retryAfter = null)
    {
        var queue = failures.GetOrAdd((verb, resource), _ => new ConcurrentQueue<ApiError>());
        for (var i = 0; i < times; i++)
        {
            queue.Enqueue(new ApiError(status, status == 429 ? "TooManyRequests" : "InternalError", "the double was told to fail") { RetryAfter = retryAfter });
        }
    }

    /// <summary>The failure of this request, if it has one.</summary>
    public ApiError? Next(string verb, string resource) => failures.TryGetValue((verb, resource), out var queue) && queue.TryDequeue(out var error) ? error : null;
}
