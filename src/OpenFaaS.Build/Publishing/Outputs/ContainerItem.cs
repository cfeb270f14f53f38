using System.Globalization;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Publishing.Outputs;

/// <summary>An image as MSBuild sees it: the item of <c>@(GeneratedContainer)</c> and the scalar properties.</summary>
internal static class ContainerItem
{
    /// <summary>The metadata of the contract by name, the peer's included.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Metadata(ImageMetadata image) =>
    [
        new("FunctionName", image.FunctionName),
        new("Registry", image.Registry),
        new("Repository", image.Repository),
        new("Tags", string.Join(';', image.Tags)),
        new("Digest", image.Digest),
        new("ConfigDigest", image.ConfigDigest),
        new("MediaType", image.MediaType),
        new("Platforms", string.Join(';', image.Platforms)),
        new("Size", image.Size.ToString(CultureInfo.InvariantCulture)),
        new("Builder", image.Builder),
        new("ArchivePath", image.ArchivePath),
        new("ContextPath", image.ContextPath),
        new("Duration", image.Duration),
        new("Manifest", image.Manifest),
        new("Configuration", image.Configuration),
        new("ManifestDigest", image.Digest),
        new("ManifestMediaType", image.MediaType),
    ];

    /// <summary>The worker's answer: an item a function, and the properties where there is one.</summary>
    public static BuildResponse ToResponse(IReadOnlyList<ImageMetadata> images) => new()
    {
        Properties = images is [var only] ? Properties(only) : new Dictionary<string, string>(),
        Containers = [.. images.Select(image => new RequestItem(image.Identity, Metadata(image).ToDictionary(StringComparer.Ordinal)))],
    };

    private static Dictionary<string, string> Properties(ImageMetadata image) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GeneratedContainerDigest"] = image.Digest,
        ["GeneratedContainerManifest"] = image.Manifest,
        ["GeneratedContainerConfiguration"] = image.Configuration,
        ["GeneratedContainerMediaType"] = image.MediaType,
        ["GeneratedArchiveOutputPath"] = image.ArchivePath,
    };
}
