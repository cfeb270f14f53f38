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

    /// <summary>Where containerd is, for images that go into it and for nerdctl.</summary>
    public ContainerdModel Containerd { get; init; } = new();
}

/// <summary>A containerd; what is not given is left to its own variables and its usual place.</summary>
/// <param name="Address">Full path of its socket.</param>
/// <param name="Namespace">The namespace of its images.</param>
public sealed record ContainerdModel(string? Address = null, string? Namespace = null);
