namespace OpenFaaS.Build.Layers;

/// <summary>Bounds on a foreign archive.</summary>
/// <param name="MaxBytes">Bytes after decompression.</param>
/// <param name="MaxEntries">Number of entries.</param>
internal sealed record TarLimits(long MaxBytes, int MaxEntries)
{
    /// <summary>Bytes of one extension header (pax or GNU long name).</summary>
    public const int MaxHeader = 1 << 20;

    /// <summary>Characters of one name or link target, as Linux has it.</summary>
    public const int MaxName = 4096;

    /// <summary>Characters of all names and link targets, which are held in memory.</summary>
    public const long MaxNames = 128L << 20;

    /// <summary>How many times larger an archive may become by decompression, beyond <see cref="FreeBytes"/>.</summary>
    public const int MaxRatio = 200;

    /// <summary>Bytes after decompression up to which the ratio does not matter.</summary>
    public const long FreeBytes = 1L << 30;

    /// <summary>Bounds on a layer of a base image.</summary>
    public static TarLimits Layer { get; } = new(64L << 30, 2_000_000);

    /// <summary>Bounds on an archive that ADD unpacks.</summary>
    public static TarLimits Archive { get; } = new(16L << 30, 1_000_000);

    /// <summary>Bytes that an archive of this compressed size may have after decompression.</summary>
    public long BytesFor(long compressed) => Math.Min(MaxBytes, Math.Max(FreeBytes, compressed > MaxBytes / MaxRatio ? MaxBytes : compressed * MaxRatio));
}
