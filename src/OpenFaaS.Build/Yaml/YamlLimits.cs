namespace OpenFaaS.Build.Yaml;

/// <summary>What a YAML document may cost at most; real ones stay far below.</summary>
/// <param name="Length">Characters of the text; as many bytes of a file.</param>
/// <param name="Depth">Nested mappings and sequences, aliases followed.</param>
/// <param name="Nodes">Keys, scalars, mappings and sequences; each alias counts as much as what it stands for.</param>
internal sealed record YamlLimits(int Length = 1 << 20, int Depth = 64, int Nodes = 10_000)
{
    /// <summary>1 MiB, 64 and 10,000.</summary>
    public static YamlLimits Default { get; } = new();
}
