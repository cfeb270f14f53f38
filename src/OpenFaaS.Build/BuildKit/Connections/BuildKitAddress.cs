namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>Where a BuildKit daemon is reached; <see cref="AddressReader"/> makes it.</summary>
/// <param name="Scheme">The form, in lower case: <c>unix</c>, <c>tcp</c>, <c>http</c>, <c>https</c>, <c>npipe</c>, <c>docker-container</c>, <c>podman-container</c>, <c>ssh</c>, <c>kube-pod</c>, <c>kube-deployment</c>.</param>
/// <param name="Text">The address as messages name it.</param>
/// <param name="Rest">What follows <c>://</c>, for the forms that read it themselves.</param>
internal sealed record BuildKitAddress(string Scheme, string Text, string Rest)
{
    /// <summary>Path of a Unix socket, or null.</summary>
    public string? SocketPath { get; init; }

    /// <summary>Name of a pipe of this machine, or null.</summary>
    public string? PipeName { get; init; }

    /// <summary>Host of a TCP address, or null.</summary>
    public string? Host { get; init; }

    /// <summary>Port of a TCP address, or 0.</summary>
    public int Port { get; init; }

    /// <summary>Whether TLS is spoken on a TCP address.</summary>
    public bool IsSecure { get; init; }
}
