using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.FunctionBuilder;

/// <summary>The image that a builder has pushed, as the registry has it.</summary>
/// <param name="registries">How registries are reached.</param>
/// <param name="names">The image's names: the builder pushed the first.</param>
/// <param name="address">The builder, for messages.</param>
internal sealed class PushedImage(RegistryConnections registries, IReadOnlyList<ImageReference> names, string address)
{
    /// <summary>Makes sure that the registry has the image, and puts the further tags on it.</summary>
    /// <param name="told">The digest in the builder's log; null where it has none, and the tag counts.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">The registry does not have it, or cannot be asked.</exception>
    public async Task<ImageSummary> ConfirmAsync(Digest? told, CancellationToken cancellationToken)
    {
        var wanted = told is { } digest ? names[0] with { Tag = null, Digest = digest } : names[0];
        var repository = registries.Repository(names[0], RegistryAccess.Push);
        var head = await repository.HeadManifestAsync(wanted.TagOrDigest, cancellationToken) ?? throw RemoteBuilderDiagnostics.ImageNotThere.With(address, wanted).ToException();
        var summary = await ImageReading.FromRegistryAsync(registries, names[0], head.Digest, address, cancellationToken);
        foreach (var name in names.Skip(1))
        {
            await repository.PutManifestAsync(name.Tag!, summary.Document, summary.MediaType, cancellationToken);
        }

        return summary;
    }
}
