using System.Formats.Tar;
using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using OpenFaaS.Build.Layers;

namespace OpenFaaS.Build.Benchmarks;

/// <summary>Reading a layer of a base image into an indexed file with its digest, against the framework's reader, which keeps nothing.</summary>
public class UnpackedTarBenchmarks : TreeBenchmarks
{
    private byte[] layer = [];

    public override void SetUp()
    {
        base.SetUp();
        var blob = LayerWriter.WriteAsync(Tree.Files, [], new LayerOptions("gzip", null, 0), Tree.Work, CancellationToken.None).GetAwaiter().GetResult();
        layer = File.ReadAllBytes(blob.Path);
        Tree.Clear();
    }

    [Benchmark(Baseline = true)]
    public async Task<int> SystemFormatsTar()
    {
        await using var reader = new TarReader(new GZipStream(new MemoryStream(layer), CompressionMode.Decompress));
        var count = 0;
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            await (entry.DataStream?.CopyToAsync(Stream.Null) ?? Task.CompletedTask);
            count++;
        }

        return count;
    }

    [Benchmark]
    public async Task<int> UnpackedTar() =>
        (await Layers.UnpackedTar.ReadAsync(new MemoryStream(layer), Tree.Work, TarLimits.Layer, CancellationToken.None)).Items.Count;

    [IterationCleanup]
    public void Clear() => Tree.Clear();
}
