namespace OpenFaaS.Build.Model;

/// <summary>How the engine of a builder is reached.</summary>
public sealed record EngineModel
{
    /// <summary>Addresses given by the user, in order; empty where the engine is to be found.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>Full path of a PEM file with the authorities that the engine's certificate is checked against.</summary>
    public string? CaFile { get; init; }

    /// <summary>Full path of a PEM file with the client's certificate.</summary>
    public string? CertFile { get; init; }

    /// <summary>Full path of a PEM file with the client's private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether a plain connection to another machine is allowed.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Whether a Docker Engine builds by its BuildKit or by its classic builder; null where nothing is said.</summary>
    public bool? UseBuildKit { get; init; }

    /// <summary>The command <c>podman</c>: a full path, or a name that is looked for in <c>PATH</c>; null for the usual one.</summary>
    public string? PodmanCommand { get; init; }

    /// <summary>Likewise the command <c>buildah</c>.</summary>
    public string? BuildahCommand { get; init; }

    /// <summary>How Podman and Buildah isolate steps: <c>oci</c>, <c>rootless</c> or <c>chroot</c>; null for their own choice.</summary>
    public string? BuildahIsolation { get; init; }

    /// <summary>The OCI runtime of Podman's and Buildah's steps, a name or a path; null for their own choice.</summary>
    public string? BuildahRuntime { get; init; }

    /// <summary>The driver of Podman's and Buildah's store; null for their own choice.</summary>
    public string? BuildahStorageDriver { get; init; }
}
