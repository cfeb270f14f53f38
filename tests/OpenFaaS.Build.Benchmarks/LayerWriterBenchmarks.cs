using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Layers;

namespace OpenFaaS.Build.Benchmarks;

/// <summary>Writing a layer, which also hashes both forms and checks every file against what was scanned, against the framework's tar and gzip alone.</summary>
public class LayerWriterBenchmarks : TreeBenchmarks
{
    [Params("gzip", "none")]
    public string Algorithm { get; set; } = "";

    [Benchmark(Baseline = true)]
    public async Task<long> SystemFormatsTar()
    {
        await using var file = new FileStream(NewFile(), FileMode.CreateNew, FileAccess.Write, FileShare.Read, 128 * 1024);
        await using var gzip = Algorithm == "gzip" ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null;
        await using (var tar = new System.Formats.Tar.TarWriter(gzip as Stream ?? file, leaveOpen: true))
        {
            foreach (var entry in Tree.Files)
            {
                await tar.WriteEntryAsync(Tree.PathOf(entry), entry.Path);
            }
        }

        return file.Length;
    }

    [Benchmark]
    public async Task<long> LayerWriter() =>
        (await Layers.LayerWriter.WriteAsync(Tree.Files, [], new LayerOptions(Algorithm, null, 0), Tree.Work, CancellationToken.None)).Descriptor.Size;

    [IterationCleanup]
    public void Clear() => Tree.Clear();
}
