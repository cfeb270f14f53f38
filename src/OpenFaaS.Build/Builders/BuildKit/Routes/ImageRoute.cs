using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Images;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>A way of an image out of a daemon.</summary>
/// <param name="build">The build.</param>
/// <param name="connection">The daemon.</param>
internal abstract class ImageRoute(ImageBuild build, BuildKitConnection connection) : IAsyncDisposable
{
    protected ImageBuild Build => build;

    protected BuildKitConnection Connection => connection;

    /// <summary>What the daemon is told to do with the image.</summary>
    public abstract SolveExporter Exporter { get; }

    /// <summary>Takes up what the exporter sends; null where it sends nothing.</summary>
    public virtual IOutputReceiver? Receiver => null;

    /// <summary>What there is of the image after the solve.</summary>
    /// <returns>The description, and the image itself where it is still to be delivered.</returns>
    /// <exception cref="Diagnostics.DiagnosticException">The answer holds no digest, or the image cannot be read.</exception>
    public abstract Task<(ImageSummary Summary, BuiltImage? Image)> FinishAsync(SolveResult result, CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
