namespace OpenFaaS.Build.Layers;

/// <summary>Bounds on a foreign archive.</summary>
/// <param name="MaxBytes">Bytes after decompression.</param>
/// <param name="MaxEntries">Number of entries.</param>
internal sealed record TarLimits(long MaxBytes, int MaxEntries)
{
    /// <summary>Bytes of one extension header (pax or GNU long name).</summary>
    public const int MaxHeader = 1 << 20;

    /// <summary>Bounds on a layer of a base image.</summary>
    public static TarLimits Layer { get; } = new(64L << 30, 2_000_000);

    /// <summary>Bounds on an archive that ADD unpacks.</summary>
    public static TarLimits Archive { get; } = new(16L << 30, 1_000_000);
}
