using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.ContentStores.Documents;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>Reads manifest and configuration of an image back: from the daemon, which need not reach anything, else from the registry.</summary>
internal static class ImageReading
{
    /// <summary>What the daemon keeps of the image; null where it does not keep all.</summary>
    public static Task<ImageSummary?> FromDaemonAsync(BuildKitConnection connection, Digest digest, CancellationToken cancellationToken) =>
        connection.Daemon.HasContentStore ? ImageDocuments.ReadAsync(connection.Invoker, digest, cancellationToken) : Task.FromResult<ImageSummary?>(null);

    /// <summary>What the registry serves.</summary>
    /// <exception cref="DiagnosticException">It does not have the image, or serves another.</exception>
    public static async Task<ImageSummary> FromRegistryAsync(
        RegistryConnections registries, ImageReference name, Digest digest, string address, CancellationToken cancellationToken)
    {
        var documents = new RegistryDocuments(registries.Repository(name, RegistryAccess.Push));
        return await new ImageTreeReader(name.Name, documents.ReadAsync).ReadAsync(digest, cancellationToken) is { } tree
            ? ImageDocuments.Summarize(tree)
            : throw BuildKitBuildDiagnostics.ImageNotReadable.With(digest, address, $"{name.Name} does not have all of its documents").ToException();
    }
}
