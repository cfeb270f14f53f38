using System.Text;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Publishing.Delivery;

namespace OpenFaaS.Build.Publishing.Outputs;

/// <summary>Describes a finished and delivered image.</summary>
internal static class ImageMetadataFactory
{
    public static ImageMetadata Create(FunctionModel function, ImageSummary image, string builder, DeliveryReceipt receipt)
    {
        var names = function.Destination.Names;
        var first = names[0];
        return new ImageMetadata
        {
            FunctionName = function.Name.Value,
            Registry = receipt.Kind == DeliveryKind.Registry ? first.Registry : "",
            Repository = receipt.Kind == DeliveryKind.Registry ? first.Repository : ShortRepository(first),
            Tags = [.. names.Select(name => name.Tag ?? "latest")],
            Names = [.. names.Select(name => receipt.Kind == DeliveryKind.Registry ? name.ToString() : LocalName(name))],
            Digest = image.Digest.ToString(),
            ConfigDigest = image.ConfigDigest?.ToString() ?? "",
            MediaType = image.MediaType,
            Platforms = [.. image.Platforms.Select(platform => platform.ToString())],
            Size = image.Size,
            Builder = builder,
            ArchivePath = receipt.ArchivePath ?? "",
            Manifest = Encoding.UTF8.GetString(image.Document),
            Configuration = MaskedConfiguration.Of(image.Config, function.Builder.Hidden),
            Identity = Identity(first, image.Digest, receipt),
            DisplayName = Display(first, image.Digest, receipt),
        };
    }

    /// <summary>What a publish gives that only writes the build context.</summary>
    public static ImageMetadata CreateShrinkwrapped(FunctionModel function) => new()
    {
        FunctionName = function.Name.Value,
        Builder = "none",
        ContextPath = function.ShrinkwrapFolder,
        Identity = function.ShrinkwrapFolder,
        DisplayName = function.ShrinkwrapFolder,
    };

    private static string Identity(ImageReference name, Digest digest, DeliveryReceipt receipt) => receipt.Kind switch
    {
        DeliveryKind.Registry => $"{name.Name}@{digest}",
        DeliveryKind.Archive => receipt.ArchivePath!,
        _ => LocalName(name),
    };

    private static string Display(ImageReference name, Digest digest, DeliveryReceipt receipt) => receipt.Kind switch
    {
        DeliveryKind.Registry => $"{name}@{digest}",
        DeliveryKind.Archive => $"{receipt.ArchivePath} ({digest})",
        _ => $"{LocalName(name)} in {receipt.Engine} ({digest})",
    };

    private static string LocalName(ImageReference name) =>
        ShortRepository(name) is var repository && repository != name.Repository ? $"{repository}:{name.Tag ?? "latest"}" : name.ToString();

    // The part that Docker adds to names without a registry is nobody's input.
    private static string ShortRepository(ImageReference name) =>
        name.Registry == ImageReference.DockerHub && name.Repository.StartsWith("library/", StringComparison.Ordinal)
            ? name.Repository["library/".Length..]
            : name.Repository;
}
