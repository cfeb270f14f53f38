using Grpc.Core;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores.Documents;

/// <summary>Describes an image that a daemon has pushed or stored, by what it keeps of it.</summary>
internal static class ImageDocuments
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The image's summary; null where the daemon does not keep all of its documents.</summary>
    /// <param name="invoker">Calls on the daemon's connection.</param>
    /// <param name="digest">The index, or the manifest of an image without one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="time">Clock of the limit of 60 s for all of them.</param>
    /// <exception cref="Diagnostics.DiagnosticException">The documents are malformed, or the daemon fails.</exception>
    public static async Task<ImageSummary?> ReadAsync(CallInvoker invoker, Digest digest, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        using var limit = new CancellationTokenSource(Patience, time ?? TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var reader = new ImageTreeReader(
            "the daemon's store", (wanted, token) => DaemonContent.ReadAsync(invoker, wanted, ContentLimits.Document, token));
        try
        {
            return await reader.ReadAsync(digest, either.Token) is { } tree ? Summarize(tree) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw BuildKitCacheDiagnostics.MalformedDaemonContent.With($"the documents of {digest}", $"they were not there within {Patience.TotalSeconds} s").ToException();
        }
    }

    /// <summary>The summary of an image whose documents are known.</summary>
    public static ImageSummary Summarize(ImageTree tree)
    {
        var only = tree.Platforms.Count == 1 ? tree.Platforms[0] : null;
        return new ImageSummary
        {
            Digest = tree.Descriptor.Digest,
            MediaType = tree.Descriptor.MediaType,
            Document = tree.Document,
            ConfigDigest = only?.Manifest.Config.Digest,
            Config = only?.Config ?? [],
            Platforms = [.. tree.Platforms.Select(PlatformOf)],
            Size = tree.Size,
        };
    }

    /// <summary>The platform that a manifest's configuration names.</summary>
    public static Platform PlatformOf(ManifestDocument document) => Platform.Normalize(document.Image!.Os, document.Image.Architecture, document.Image.Variant);
}
