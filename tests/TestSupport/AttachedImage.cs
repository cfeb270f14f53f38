using System.Text;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Images with statements beside them, in the form that BuildKit gives provenance.</summary>
public static class AttachedImage
{
    /// <summary>The image as an index with one statement for each of its platforms.</summary>
    public static BuiltImage Attach(BuiltImage image, string statement)
    {
        var attachments = image.Platforms.Select(platform => Attachment(platform, $"{statement} {platform.Platform}")).ToList();
        var index = OciJson.Write(new ImageIndex
        {
            MediaType = MediaTypes.OciIndex,
            Manifests = [.. image.Platforms.Select(platform => platform.ManifestDescriptor), .. attachments.Select(attachment => attachment.ManifestDescriptor)],
        });
        return image with
        {
            Document = index,
            Descriptor = new Descriptor { MediaType = MediaTypes.OciIndex, Digest = Digest.Of(index), Size = index.Length },
            Attachments = attachments,
        };
    }

    private static ImageAttachment Attachment(PlatformImage platform, string statement)
    {
        var bytes = Encoding.UTF8.GetBytes(statement);
        var layer = new Descriptor { MediaType = "application/vnd.in-toto+json", Digest = Digest.Of(bytes), Size = bytes.Length };
        var config = OciJson.Write(new ImageConfig { Os = "unknown", Architecture = "unknown", RootFs = new RootFs { DiffIds = [layer.Digest] } });
        var configDescriptor = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Digest.Of(config), Size = config.Length };
        var manifest = OciJson.Write(new ImageManifest { MediaType = MediaTypes.OciManifest, Config = configDescriptor, Layers = [layer] });
        return new ImageAttachment
        {
            Manifest = manifest,
            ManifestDescriptor = new Descriptor
            {
                MediaType = MediaTypes.OciManifest,
                Digest = Digest.Of(manifest),
                Size = manifest.Length,
                Platform = new DescriptorPlatform { Os = "unknown", Architecture = "unknown" },
                Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    ["vnd.docker.reference.digest"] = platform.ManifestDescriptor.Digest.ToString(),
                    ["vnd.docker.reference.type"] = "attestation-manifest",
                },
            },
            Config = config,
            ConfigDescriptor = configDescriptor,
            Layers = [new ImageLayer(layer, layer.Digest, new LocalBlob(new Bytes(bytes)))],
        };
    }
}
