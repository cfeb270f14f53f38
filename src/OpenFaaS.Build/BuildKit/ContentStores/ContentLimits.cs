namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>Bounds on what a daemon may ask of a content store.</summary>
internal static class ContentLimits
{
    /// <summary>Bytes of one blob.</summary>
    public const long Blob = 64L << 30;

    /// <summary>Bytes that one message to the daemon carries; daemons take 4 MiB and more.</summary>
    public const int Chunk = 1 << 20;

    /// <summary>Bytes of a manifest, an index or a configuration.</summary>
    public const int Document = 4 << 20;

    /// <summary>Blobs of one store that are being written at the same time.</summary>
    public const int Ingests = 256;

    /// <summary>Characters of the name under which the daemon writes a blob.</summary>
    public const int Reference = 1024;

    /// <summary>Labels of one blob.</summary>
    public const int Labels = 64;

    /// <summary>Characters of a label's name and value together, as containerd has it.</summary>
    public const int Label = 4096;

    /// <summary>Blobs of one store that have labels.</summary>
    public const int Labelled = 10_000;
}
