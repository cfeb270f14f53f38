using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Images;

/// <summary>What is told of a finished image, wherever its bytes are.</summary>
public sealed record ImageSummary
{
    /// <summary>Digest that a registry serves for the image. Where it is only in an engine that keeps no manifests: the engine's id of it.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Media type of what <see cref="Digest"/> names.</summary>
    public required string MediaType { get; init; }

    /// <summary>JSON of manifest or index; empty where there is none.</summary>
    public byte[] Document { get; init; } = [];

    /// <summary>Digest of the configuration; null with several platforms.</summary>
    public Digest? ConfigDigest { get; init; }

    /// <summary>JSON of the configuration; empty with several platforms, or where the engine does not give it.</summary>
    public byte[] Config { get; init; } = [];

    public required IReadOnlyList<Platform> Platforms { get; init; }

    /// <summary>Bytes of manifests, configurations and layers, each blob once; 0 where they are not known.</summary>
    public long Size { get; init; }

    public static ImageSummary Of(BuiltImage image)
    {
        var only = image.Platforms.Count == 1 ? image.Platforms[0] : null;
        return new ImageSummary
        {
            Digest = image.Descriptor.Digest,
            MediaType = image.Descriptor.MediaType,
            Document = image.Document,
            ConfigDigest = only?.ConfigDescriptor.Digest,
            Config = only?.Config ?? [],
            Platforms = [.. image.Platforms.Select(platform => platform.Platform)],
            Size = image.Size,
        };
    }
}
