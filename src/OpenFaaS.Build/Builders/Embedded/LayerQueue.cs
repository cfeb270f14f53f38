using OpenFaaS.Build.Builders.Embedded.Stages;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;

namespace OpenFaaS.Build.Builders.Embedded;

/// <summary>Writes layers in the background while later instructions are executed; at most one a processor, and none outlives the queue.</summary>
internal sealed class LayerQueue : IAsyncDisposable
{
    private readonly SemaphoreSlim slots = new(Environment.ProcessorCount);
    private readonly CancellationTokenSource stop;
    private readonly List<Task> running = [];
    private readonly LayerOptions options;
    private readonly string folder;

    public LayerQueue(LayerOptions options, string folder, CancellationToken cancellationToken)
    {
        this.options = options;
        this.folder = folder;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Begins to write a tree as a layer.</summary>
    public StageLayer Enqueue(LayerTree tree)
    {
        var entries = tree.Entries.Values.OrderBy(entry => entry.Path, Comparer<string>.Create(FileSet.ComparePaths)).ToArray();
        HardLinks.Resolve(entries);
        var whiteouts = tree.Whiteouts.Order(Comparer<string>.Create(FileSet.ComparePaths)).ToList();
        var blob = Task.Run(() => WriteAsync(entries, whiteouts), stop.Token);
        running.Add(blob);
        return new StageLayer(new BuiltLayerTree(tree), blob);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        stop.Dispose();
        slots.Dispose();
    }

    private async Task<ImageLayer> WriteAsync(IReadOnlyList<ContextEntry> entries, IReadOnlyList<string> whiteouts)
    {
        await slots.WaitAsync(stop.Token);
        try
        {
            var blob = await LayerWriter.WriteAsync(entries, whiteouts, options, folder, stop.Token);
            return new ImageLayer(blob.Descriptor, blob.DiffId, new LocalBlob(new BlobFile(blob.Path)));
        }
        finally
        {
            slots.Release();
        }
    }

    private sealed class BlobFile(string path) : IContentSource
    {
        public Stream Open() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.SequentialScan | FileOptions.Asynchronous);
    }
}
