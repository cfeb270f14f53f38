using OpenFaaS.Build.Context;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.TestSupport;

/// <summary>Small finished images whose layers are pseudo-random bytes: for registries, which do not look inside.</summary>
public static class SampleImage
{
    /// <summary>A layer; the same seed gives the same layer.</summary>
    public static ImageLayer Layer(int size, int seed)
    {
        var (descriptor, bytes) = RegistryTestContext.Blob(size, seed);
        return new ImageLayer(descriptor, descriptor.Digest, new LocalBlob(new Bytes(bytes)));
    }

    /// <summary>An image for each platform, all with the same layers.</summary>
    public static BuiltImage Create(IReadOnlyList<ImageLayer> layers, params string[] platforms)
    {
        var none = new Dictionary<string, string>();
        return ImageAssembler.Combine(
            [.. platforms.Select(text => Platform.Parse(text)).Select(platform => ImageAssembler.Assemble(platform, Config(platform, layers), layers, ImageFormat.Oci, none))],
            ImageFormat.Oci, none, new Dictionary<string, Digest>());
    }

    /// <summary>A configuration that fits the layers.</summary>
    public static ImageConfig Config(Platform platform, IReadOnlyList<ImageLayer> layers) => new()
    {
        Architecture = platform.Architecture,
        Os = platform.Os,
        Variant = platform.Variant,
        RootFs = new RootFs { DiffIds = [.. layers.Select(layer => layer.DiffId)] },
    };
}
