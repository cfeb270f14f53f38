using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Model;

/// <summary>Where the image goes; decided from properties alone, the same for every builder.</summary>
/// <param name="Names">The image's names, one per tag, first tag first.</param>
public abstract record Destination(IReadOnlyList<ImageReference> Names);

/// <summary>A registry: the names are pushed.</summary>
public sealed record RegistryDestination(IReadOnlyList<ImageReference> Names) : Destination(Names);

/// <summary>An image archive at a full path.</summary>
public sealed record ArchiveDestination(IReadOnlyList<ImageReference> Names, string Path) : Destination(Names);

/// <summary>A local engine, or an archive where none answers.</summary>
/// <param name="Names">The image's names.</param>
/// <param name="Engine"><c>docker</c>, <c>podman</c>, <c>containerd</c>, or null for the one that answers.</param>
/// <param name="FallbackPath">Full path of the archive where no engine answers; not used when <paramref name="Engine"/> is given.</param>
public sealed record EngineDestination(IReadOnlyList<ImageReference> Names, string? Engine, string FallbackPath) : Destination(Names);
