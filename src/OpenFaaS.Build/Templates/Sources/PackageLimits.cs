namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Bounds on what a template package can make the SDK read and write.</summary>
internal sealed record PackageLimits
{
    /// <summary>Bytes of the package file.</summary>
    public long PackageBytes { get; init; } = 512L << 20;

    /// <summary>Bytes of all template files, unpacked.</summary>
    public long UnpackedBytes { get; init; } = 512L << 20;

    /// <summary>Unpacked bytes up to which no ratio is asked for.</summary>
    public long FreeBytes { get; init; } = 10L << 20;

    /// <summary>Most unpacked bytes for a packed one.</summary>
    public int Ratio { get; init; } = 20;

    /// <summary>Entries of the whole package.</summary>
    public int Entries { get; init; } = 100_000;

    /// <summary>Bytes of the package's list of entries.</summary>
    public int DirectoryBytes { get; init; } = 32 << 20;
}
