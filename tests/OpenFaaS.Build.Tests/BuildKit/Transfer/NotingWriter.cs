using Grpc.Core;

namespace OpenFaaS.Build.Tests.BuildKit.Transfer;

/// <summary>A writer of a call that shows every message to the test before it is on its way.</summary>
internal sealed class NotingWriter<T>(IAsyncStreamWriter<T> inner, Action<T> note) : IAsyncStreamWriter<T>
{
    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        note(message);
        return inner.WriteAsync(message, cancellationToken);
    }
}
