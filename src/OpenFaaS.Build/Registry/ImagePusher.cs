using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Registry;

/// <summary>Puts a finished image into registries: blobs first, then manifests, tags last, so that no tag ever names an incomplete image.</summary>
public static class ImagePusher
{
    /// <summary>Pushes an image under all its names; what a registry holds already is not sent.</summary>
    /// <param name="image">The image.</param>
    /// <param name="names">References; without a tag, <c>latest</c>.</param>
    /// <param name="connections">The registries.</param>
    /// <param name="log">Where progress is told.</param>
    /// <param name="cancellationToken">Cancels; no tag is moved then unless all content was there.</param>
    /// <exception cref="DiagnosticException">A registry cannot be reached, refuses, or answers wrongly.</exception>
    public static async Task<PushSummary> PushAsync(
        BuiltImage image, IReadOnlyList<ImageReference> names, RegistryConnections connections, IBuildLog log, CancellationToken cancellationToken)
    {
        var summary = new PushSummary(0, 0, 0, 0, 0);
        var blobs = Blobs(image);
        var targets = names.GroupBy(name => name.Name, StringComparer.OrdinalIgnoreCase)
            .Select(group => (Repository: connections.Repository(group.First(), RegistryAccess.Push), Tags: group.Select(name => name.Tag ?? "latest").Distinct(StringComparer.Ordinal).ToList()))
            .ToList();
        List<RegistryRepository> complete = [];
        foreach (var (repository, _) in targets)
        {
            var push = new BlobPush(connections, repository, complete, log);
            summary += await push.RunAsync(blobs, cancellationToken);
            complete.Add(repository);
        }

        foreach (var (repository, _) in targets)
        {
            foreach (var (descriptor, bytes) in image.Manifests)
            {
                summary += await PutAsync(repository, descriptor.Digest.ToString(), bytes, descriptor, log, cancellationToken);
            }
        }

        foreach (var (repository, tags) in targets)
        {
            foreach (var tag in tags)
            {
                summary += await PutAsync(repository, tag, image.Document, image.Descriptor, log, cancellationToken);
            }
        }

        return summary;
    }

    private static List<(Descriptor Descriptor, BlobContent Content)> Blobs(BuiltImage image) =>
    [
        .. image.Layers
            .Select(layer => (layer.Descriptor, layer.Content))
            .Concat(image.Configs.Select(config => (config.Descriptor, Content: (BlobContent)new LocalBlob(new MemoryContent(config.Bytes)))))
            .DistinctBy(blob => blob.Descriptor.Digest),
    ];

    private static async Task<PushSummary> PutAsync(
        RegistryRepository repository, string tagOrDigest, byte[] document, Descriptor descriptor, IBuildLog log, CancellationToken cancellationToken)
    {
        var head = await repository.HeadManifestAsync(tagOrDigest, cancellationToken);
        if (head?.Digest == descriptor.Digest)
        {
            return new PushSummary(0, 0, 0, 0, 0);
        }

        await repository.PutManifestAsync(tagOrDigest, document, descriptor.MediaType, cancellationToken);
        log.Message(MessageImportance.Normal, $"Pushed the manifest {descriptor.Digest} as {tagOrDigest}.");
        return new PushSummary(document.Length, 0, 0, 0, 1);
    }
}
