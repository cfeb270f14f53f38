using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines;

/// <summary>A container engine of this machine that images can be loaded into.</summary>
internal interface ILocalEngine
{
    /// <summary><c>docker</c>, <c>podman</c> or <c>containerd</c>.</summary>
    string Name { get; }

    /// <summary>The engine's own id of the image that a name leads to, <c>sha256:…</c>; null if it knows no such name.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The engine cannot be asked.</exception>
    Task<string?> FindImageAsync(ImageReference name, CancellationToken cancellationToken);

    /// <summary>Streams the image into the engine and makes sure that every name leads to it.</summary>
    /// <returns>The engine's id of the image.</returns>
    /// <exception cref="Diagnostics.DiagnosticException">The engine refused the image.</exception>
    Task<string> LoadAsync(BuiltImage image, IReadOnlyList<ImageReference> names, ImageArchiveWriter archive, CancellationToken cancellationToken);
}
