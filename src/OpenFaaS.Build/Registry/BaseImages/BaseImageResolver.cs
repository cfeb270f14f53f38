using System.Collections.Concurrent;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Registry.BaseImages;

/// <summary>Finds base images: from a reference and a platform to manifest and configuration. Each document is fetched once; safe for concurrent use.</summary>
public sealed class BaseImageResolver(RegistryConnections connections)
{
    private const int DeepestIndex = 3;
    private const int MostPlatformless = 8;

    private readonly ConcurrentDictionary<string, Lazy<Task<RegistryDocument>>> documents = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<(ImageConfig Config, byte[] Bytes)>>> configs = new(StringComparer.Ordinal);

    /// <summary>The image that a reference names, for a platform.</summary>
    /// <exception cref="DiagnosticException">There is none, it is no image, or it contradicts itself.</exception>
    public async Task<BaseImage> ResolveAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        var document = await DocumentAsync(reference, reference.TagOrDigest, cancellationToken);
        var offered = new SortedSet<string>(StringComparer.Ordinal);
        return await SelectAsync(reference, document.Digest, document, platform, wholeImage: true, depth: 0, offered, cancellationToken)
            ?? throw RegistryDiagnostics.PlatformNotOffered.With(reference, platform, offered.Count > 0 ? string.Join(", ", offered.Take(40)) : "none").ToException();
    }

    private async Task<BaseImage?> SelectAsync(
        ImageReference reference, Digest root, RegistryDocument document, Platform platform, bool wholeImage, int depth, SortedSet<string> offered, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsIndex(document.MediaType))
        {
            var image = await ReadAsync(reference, root, document, cancellationToken);
            if (!wholeImage || PlatformMatch.Rank(platform, image.Platform) is not null)
            {
                return image;
            }

            offered.Add(image.Platform.ToString());
            return null;
        }

        if (depth >= DeepestIndex)
        {
            throw ImageReader.Inconsistent(reference, $"its indexes are nested more than {DeepestIndex} deep");
        }

        foreach (var (entry, known) in Candidates(ImageReader.ReadIndex(reference, document), platform, offered))
        {
            var child = await DocumentAsync(reference, entry.Digest.ToString(), cancellationToken);
            ImageReader.CheckChild(reference, entry, child);
            if (await SelectAsync(reference, root, child, platform, !known, depth + 1, offered, cancellationToken) is { } image)
            {
                return image;
            }
        }

        return null;
    }

    // Best match first, then entries that do not say what they are for; those are read to find out.
    private static IEnumerable<(Descriptor Entry, bool Known)> Candidates(ImageIndex index, Platform platform, SortedSet<string> offered)
    {
        var entries = index.Manifests.Where(entry => MediaTypes.IsIndex(entry.MediaType) || MediaTypes.IsManifest(entry.MediaType)).ToList();
        var images = entries.Where(entry => entry.Platform is { Os: not "unknown" }).ToList();
        offered.UnionWith(images.Select(entry => Transport.SafeText.Neutralize(entry.Platform!.ToPlatform().ToString())));
        return images
            .Select(entry => (Entry: entry, Rank: PlatformMatch.Rank(platform, entry.Platform!.ToPlatform())))
            .Where(candidate => candidate.Rank is not null)
            .OrderBy(candidate => candidate.Rank)
            .Take(1)
            .Select(candidate => (candidate.Entry, !MediaTypes.IsIndex(candidate.Entry.MediaType)))
            .Concat(entries.Where(entry => entry.Platform is null).Take(MostPlatformless).Select(entry => (entry, false)));
    }

    private async Task<BaseImage> ReadAsync(ImageReference reference, Digest root, RegistryDocument document, CancellationToken cancellationToken)
    {
        var manifest = ImageReader.ReadManifest(reference, document);
        var (config, bytes) = await OnceAsync(configs, $"{reference.Name}@{manifest.Config.Digest}", () => ConfigAsync(reference, manifest.Config), cancellationToken);
        ImageReader.Check(reference, manifest, config);
        return new BaseImage(reference, root, manifest, config, document.Bytes, bytes);
    }

    private Task<RegistryDocument> DocumentAsync(ImageReference reference, string tagOrDigest, CancellationToken cancellationToken) =>
        OnceAsync(
            documents,
            $"{reference.Name}@{tagOrDigest}",
            async () => await connections.Repository(reference).GetManifestAsync(tagOrDigest, CancellationToken.None)
                ?? throw RegistryDiagnostics.NotFound.With($"{reference.Name}{(Digest.TryParse(tagOrDigest, out _) ? '@' : ':')}{tagOrDigest}", reference.Registry).ToException(),
            cancellationToken);

    private async Task<(ImageConfig Config, byte[] Bytes)> ConfigAsync(ImageReference reference, Descriptor descriptor)
    {
        var limit = connections.Options.Limits.ConfigBytes;
        if (descriptor.Size > limit)
        {
            throw RegistryDiagnostics.TooLarge.With(reference.Registry, $"the configuration of {reference}", limit).ToException();
        }

        using var content = new MemoryStream();
        await connections.Repository(reference).CopyBlobAsync(descriptor, content, CancellationToken.None);
        var bytes = content.ToArray();
        try
        {
            return (OciJson.ReadConfig(bytes), bytes);
        }
        catch (JsonException)
        {
            throw ImageReader.Inconsistent(reference, "its configuration is malformed");
        }
    }

    // One caller's cancellation is not the others'; failures are not kept.
    private static async Task<T> OnceAsync<T>(ConcurrentDictionary<string, Lazy<Task<T>>> cache, string key, Func<Task<T>> fetch, CancellationToken cancellationToken)
    {
        var entry = cache.GetOrAdd(key, _ => new Lazy<Task<T>>(fetch));
        try
        {
            return await entry.Value.WaitAsync(cancellationToken);
        }
        catch (Exception) when (entry.Value.IsFaulted)
        {
            cache.TryRemove(KeyValuePair.Create(key, entry));
            throw;
        }
    }
}
