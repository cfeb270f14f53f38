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

    /// <summary>The command <c>docker</c>: a full path, or a name that is looked for in <c>PATH</c>; null for the usual one. Only containers are run by it.</summary>
    public string? DockerCommand { get; init; }

    /// <summary>Likewise the command <c>podman</c>.</summary>
    public string? PodmanCommand { get; init; }

    /// <summary>Likewise the command <c>buildah</c>.</summary>
    public string? BuildahCommand { get; init; }

    /// <summary>How Podman and Buildah isolate steps: <c>oci</c>, <c>rootless</c> or <c>chroot</c>; null for their own choice.</summary>
    public string? BuildahIsolation { get; init; }

    /// <summary>The OCI runtime of Podman's and Buildah's steps, a name or a path; null for their own choice.</summary>
    public string? BuildahRuntime { get; init; }

    /// <summary>The driver of Podman's and Buildah's store; null for their own choice.</summary>
    public string? BuildahStorageDriver { get; init; }

    /// <summary>How <c>img</c> is called.</summary>
    public ImgModel Img { get; init; } = new();

    /// <summary>Full path of <c>nerdctl</c>; null to look in <c>PATH</c>.</summary>
    public string? NerdctlCommand { get; init; }

    /// <summary>Where containerd is, for images that go into it and for nerdctl.</summary>
    public ContainerdModel Containerd { get; init; } = new();

    /// <summary>How Kaniko's executor is run.</summary>
    public KanikoModel Kaniko { get; init; } = new();
}

/// <summary>A containerd; what is not given is left to its own variables and its usual place.</summary>
/// <param name="Address">Full path of its socket.</param>
/// <param name="Namespace">The namespace of its images.</param>
public sealed record ContainerdModel(string? Address = null, string? Namespace = null);

/// <summary>How <c>img</c> is called; what is not given is left to it.</summary>
/// <param name="Command">Full path of the program; null to look in <c>PATH</c>.</param>
/// <param name="State">Full path of the folder with its images and caches.</param>
/// <param name="Backend">How it keeps layers: <c>auto</c>, <c>native</c>, <c>overlayfs</c>, <c>fuse-overlayfs</c>.</param>
public sealed record ImgModel(string? Command = null, string? State = null, string? Backend = null);
