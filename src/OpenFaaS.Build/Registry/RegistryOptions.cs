using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry;

/// <summary>How registries are reached; one set for a build.</summary>
public sealed record RegistryOptions
{
    /// <summary>Where progress and waits are told.</summary>
    public required IBuildLog Log { get; init; }

    /// <summary>Registries (<c>host</c> or <c>host:port</c>) that may be asked over plain http where they do not speak TLS. Loopback hosts always may.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>The registry of the images to be pushed: <c>DOTNET_CONTAINER_REGISTRY_*</c> and <c>DOTNET_CONTAINER_PUSH_REGISTRY_*</c> go there and nowhere else.</summary>
    public string? OutputRegistry { get; init; }

    /// <summary>The registry of the base image that the user named: <c>DOTNET_CONTAINER_PULL_REGISTRY_*</c> go there, and to the output registry.</summary>
    public string? BaseRegistry { get; init; }

    /// <summary>Environment variables: credentials, and the folders where credentials and certificates are looked for. None by default.</summary>
    public Func<string, string?> Environment { get; init; } = static _ => null;

    /// <summary>The clock of waits between attempts and of token expiry.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Bounds of size, time and attempts.</summary>
    public RegistryLimits Limits { get; init; } = new();
}

/// <summary>Bounds on what a registry can make the SDK do.</summary>
public sealed record RegistryLimits
{
    /// <summary>Time to open a connection, TLS included.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time from the end of a request to the response's headers.</summary>
    public TimeSpan Response { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same for an upload, which the registry has to store and to hash first.</summary>
    public TimeSpan Commit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest time without a byte while a body is sent or received. Transfers as a whole are not limited.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Attempts at one operation, the first included.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Wait after the first attempt; doubled each time, with jitter.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest wait, unless the registry asks for a longer one.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Sum of all waits of one operation; a registry that asks for more gets an error.</summary>
    public TimeSpan TotalWait { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Redirects followed for one request.</summary>
    public int Redirects { get; init; } = 5;

    /// <summary>Bytes of a manifest or an index.</summary>
    public int ManifestBytes { get; init; } = 4 << 20;

    /// <summary>Bytes of an image configuration.</summary>
    public int ConfigBytes { get; init; } = 8 << 20;

    /// <summary>Bytes of a token answer, an error, a credential file or a certificate file.</summary>
    public int TextBytes { get; init; } = 1 << 20;

    /// <summary>Blobs sent or copied at once.</summary>
    public int ParallelTransfers { get; init; } = 4;

    /// <summary>Time a credential helper may take.</summary>
    public TimeSpan CredentialHelper { get; init; } = TimeSpan.FromSeconds(30);
}
