using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders;

/// <summary>Makes an image from a build context. A builder is a folder of its own and one line in <see cref="BuilderCatalog"/>.</summary>
public interface IImageBuilder
{
    /// <summary>What the builder can honour; data for <c>auto</c>, for errors and for documentation.</summary>
    BuilderCapabilities Capabilities { get; }

    /// <summary>The same for one build, where the engine has several ways to build.</summary>
    BuilderCapabilities CapabilitiesOf(ImageBuild build) => Capabilities;

    /// <summary>
    /// Whether it reads no file of a context before the file's hash (<see cref="FileSet.Hashes"/>): then hashes that are asked for during the build or
    /// after it are those of what was built, also where a file has changed meanwhile.
    /// </summary>
    bool ReadsByHash => false;

    /// <summary>Whether the builder can make this image here and now; within 2 s, without side effects.</summary>
    ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken);

    /// <summary>
    /// Told that a function is about to be built, before its context is read: an engine that listens already may be connected to, and no program is started.
    /// Nothing is waited for, and what fails is told where the engine is needed.
    /// </summary>
    void Prepare(FunctionModel function)
    {
    }

    /// <summary>
    /// Makes the image. A builder that only makes it gives it back with its blobs, and the delivery brings it to the destination. One whose engine has its own
    /// way to the destination may put it there; its answer then has no <see cref="BuildResult.Image"/>, and the delivery only checks that it is in place.
    /// </summary>
    Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken);
}

/// <summary>Everything that a builder is given.</summary>
/// <param name="Function">The function's model.</param>
/// <param name="Context">The build context, <c>.dockerignore</c> and file modes applied.</param>
/// <param name="Dockerfile">Text of the Dockerfile with the model's last instructions added.</param>
/// <param name="DockerfilePath">Path of the Dockerfile for messages.</param>
/// <param name="Arguments">Build arguments, the SDK's own included.</param>
/// <param name="TemporaryFolder">A private folder that is removed after the build.</param>
/// <param name="Log">Where to report.</param>
public sealed record ImageBuild(
    FunctionModel Function, FileSet Context, string Dockerfile, string DockerfilePath, IReadOnlyDictionary<string, string> Arguments, string TemporaryFolder, IBuildLog Log)
{
    /// <summary>The local engine that the image goes to; null where it goes elsewhere.</summary>
    internal ILocalEngine? Engine { get; init; }

    /// <summary>The folders of its named contexts.</summary>
    internal ContextFolders Folders { get; init; } = new();
}

/// <summary>What a builder made.</summary>
public sealed record BuildResult
{
    /// <summary>The image as it is described.</summary>
    public required ImageSummary Summary { get; init; }

    /// <summary>The image with its blobs, to be delivered; null where the builder has put it to its destination.</summary>
    public BuiltImage? Image { get; init; }

    /// <summary>What the image was made from: digests by reference, for the check of moved bases.</summary>
    public required IReadOnlyDictionary<string, Digest> Bases { get; init; }

    /// <summary>An image that the delivery brings to its destination.</summary>
    public static BuildResult ToDeliver(BuiltImage image) => new() { Summary = ImageSummary.Of(image), Image = image, Bases = image.Bases };
}

/// <summary>The answer of a probe.</summary>
/// <param name="Usable">Whether the builder can make the image.</param>
/// <param name="Reason">Why it was chosen, or why it cannot be used; a phrase for messages.</param>
/// <param name="Diagnostic">The error to report where the user asked for this builder by name; null when usable.</param>
public sealed record BuilderProbe(bool Usable, string Reason, Diagnostic? Diagnostic = null)
{
    /// <summary>The engine's version, for inputs that older ones do not honour; null where that does not matter.</summary>
    public Version? Version { get; init; }
}
