using BenchmarkDotNet.Attributes;

namespace OpenFaaS.Build.Benchmarks;

/// <summary>Cases over the generated tree.</summary>
public abstract class TreeBenchmarks
{
    internal GeneratedTree Tree { get; private set; } = null!;

    [GlobalSetup]
    public virtual void SetUp() => Tree = new GeneratedTree();

    [GlobalCleanup]
    public void CleanUp() => Tree.Dispose();

    /// <summary>A new file of the tree's work folder.</summary>
    protected string NewFile() => Path.Combine(Tree.Work, Guid.NewGuid().ToString("N"));
}
