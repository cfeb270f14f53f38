namespace OpenFaaS.Build.Publishing.Delivery;

/// <summary>Where an image went.</summary>
public enum DeliveryKind
{
    Registry,
    Archive,
    Engine,
}

/// <summary>What a delivery did; kept so that the next publish can tell whether the image is still there.</summary>
public sealed record DeliveryReceipt
{
    public required DeliveryKind Kind { get; init; }

    /// <summary>Full path of the archive.</summary>
    public string? ArchivePath { get; init; }

    /// <summary>Bytes of the archive.</summary>
    public long ArchiveSize { get; init; }

    /// <summary>Last write time of the archive, ticks in UTC.</summary>
    public long ArchiveTime { get; init; }

    /// <summary>Name of the local engine.</summary>
    public string? Engine { get; init; }

    /// <summary>The engine's own id of the image.</summary>
    public string? EngineImageId { get; init; }
}
