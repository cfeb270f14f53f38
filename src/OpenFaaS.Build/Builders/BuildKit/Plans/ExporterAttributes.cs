using System.Globalization;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>An image as attributes of BuildKit's exporters <c>image</c> and <c>oci</c>.</summary>
internal static class ExporterAttributes
{
    /// <summary>How layers are packed.</summary>
    public const string Compression = "compression";

    /// <summary>Its level, which means something else with every way to pack.</summary>
    public const string CompressionLevel = "compression-level";

    /// <summary>Sets the times of files that steps made.</summary>
    public const string RewrittenTimes = "rewrite-timestamp";

    /// <param name="model">The image.</param>
    /// <param name="steps">Attestations make an index of every image.</param>
    public static SortedDictionary<string, string> Of(ImageModel model, StepsModel steps)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["oci-mediatypes"] = model.Format == ImageFormat.Oci ? "true" : "false",
            [Compression] = model.Compression.Algorithm == "none" ? "uncompressed" : model.Compression.Algorithm,

            // Else a layer stays as another build of this daemon has packed it, and the digest depends on what was built before.
            ["force-compression"] = "true",
        };
        if (model.Compression.Level is { } level)
        {
            attributes[CompressionLevel] = level.ToString(CultureInfo.InvariantCulture);
        }

        if (model.IsEpochGiven)
        {
            attributes[RewrittenTimes] = "true";
        }

        if (model.Format == ImageFormat.Oci)
        {
            var hasIndex = model.Platforms.Count > 1 || steps.Provenance is not null || steps.Sbom is not null;
            foreach (var (name, value) in model.Annotations)
            {
                attributes["annotation." + name] = value;
                if (hasIndex)
                {
                    attributes["annotation-index." + name] = value;
                }
            }
        }

        return attributes;
    }

    /// <summary>Names as the exporters take them.</summary>
    public static string Names(IEnumerable<ImageReference> names) => string.Join(',', names.Select(name => name with { Tag = name.Tag ?? "latest" }));
}
