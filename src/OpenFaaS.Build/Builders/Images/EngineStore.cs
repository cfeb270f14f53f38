using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>Images that stay in the engine that built them.</summary>
internal static class EngineStore
{
    /// <summary>An image of a classic store, which has no manifest of it: its digest is the image's id, that of its configuration.</summary>
    public static ImageSummary SummaryOf(Digest id, IReadOnlyList<Platform> platforms) =>
        new() { Digest = id, MediaType = MediaTypes.DockerConfig, ConfigDigest = id, Platforms = platforms };

    /// <summary>Whether the engine that an image goes to is the one at an address.</summary>
    public static bool IsAt(ILocalEngine? engine, EngineAddress? own) =>
        engine is ApiEngine { Address: var address } && own is not null && address.Base == own.Base && address.SocketPath == own.SocketPath && address.PipeName == own.PipeName;
}
