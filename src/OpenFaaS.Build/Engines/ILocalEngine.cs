using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines;

/// <summary>A container engine of this machine that images can be loaded into.</summary>
internal interface ILocalEngine
{
    /// <summary><c>docker</c> or <c>podman</c>.</summary>
    string Name { get; }

    /// <summary>Whether the engine holds an image of this name and identity.</summary>
    /// <param name="name">The image's name.</param>
    /// <param name="digest">Digest of the configuration, or of the manifest where the engine identifies images by that.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <exception cref="Diagnostics.DiagnosticException">The engine cannot be asked.</exception>
    Task<bool> HoldsImageAsync(ImageReference name, string digest, CancellationToken cancellationToken);

    /// <summary>Streams the image into the engine and makes sure that every name leads to it.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The engine refused the image.</exception>
    Task LoadAsync(BuiltImage image, IReadOnlyList<ImageReference> names, ImageArchiveWriter archive, CancellationToken cancellationToken);
}
