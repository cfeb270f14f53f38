using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Benchmarks;

/// <summary>The fingerprint of a context against hashing its files one after the other.</summary>
public class FingerprintBenchmarks : TreeBenchmarks
{
    [Benchmark(Baseline = true)]
    public async Task<int> Sequential()
    {
        var count = 0;
        foreach (var entry in Tree.Files.Where(entry => entry.Kind == EntryKind.File))
        {
            await using var stream = File.OpenRead(Tree.PathOf(entry));
            count += (await SHA256.HashDataAsync(stream)).Length;
        }

        return count;
    }

    [Benchmark]
    public Task<Digest> FileSetFingerprint() => Context.FileSetFingerprint.ComputeAsync(Tree.Files, CancellationToken.None);
}
