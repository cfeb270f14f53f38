using System.Collections.Concurrent;
using Grpc.Core;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections;

/// <summary>Keeps the streams that a transport has opened, to see afterwards that they are closed.</summary>
internal sealed class RecordingTransport(IBuildKitTransport inner) : IBuildKitTransport
{
    private readonly ConcurrentQueue<RecordedStream> streams = new();

    public string Address => inner.Address;

    public EngineAddress? Engine => inner.Engine;

    public bool IsEngineWithoutImageStore => inner.IsEngineWithoutImageStore;

    public bool HasSessionStreams => inner.HasSessionStreams;

    public bool StartsProgram => inner.StartsProgram;

    public TimeSpan OpeningTime => inner.OpeningTime;

    /// <summary>Streams opened so far.</summary>
    public int Opened => streams.Count;

    /// <summary>Streams that are not disposed.</summary>
    public int Open => streams.Count(stream => !stream.IsDisposed);

    public bool IsDisposed { get; private set; }

    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken) => Record(await inner.ConnectAsync(cancellationToken));

    public async Task<Stream> OpenSessionAsync(Metadata headers, CancellationToken cancellationToken) => Record(await inner.OpenSessionAsync(headers, cancellationToken));

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return inner.DisposeAsync();
    }

    private RecordedStream Record(Stream stream)
    {
        var recorded = new RecordedStream(stream);
        streams.Enqueue(recorded);
        return recorded;
    }

    private sealed class RecordedStream(Stream inner) : ForwardingStream(inner)
    {
        public bool IsDisposed { get; private set; }

        public override ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return base.DisposeAsync();
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
