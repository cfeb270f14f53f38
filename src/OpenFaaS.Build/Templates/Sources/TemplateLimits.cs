namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Bounds of one pull.</summary>
internal sealed record TemplateLimits
{
    /// <summary>All that git does for one pull together.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long another process that pulls the same is waited for.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Size of the folder that git fetches into.</summary>
    public long FetchedBytes { get; init; } = 512L << 20;

    /// <summary>Contents of all files together.</summary>
    public long UnpackedBytes { get; init; } = 512L << 20;

    /// <summary>Files and links together.</summary>
    public int Entries { get; init; } = 100_000;

    /// <summary>One path, in bytes of UTF-8.</summary>
    public int PathBytes { get; init; } = 4096;
}
