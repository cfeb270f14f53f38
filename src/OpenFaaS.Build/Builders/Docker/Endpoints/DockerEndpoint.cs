using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Docker.Endpoints;

/// <summary>A place where a Docker Engine may be.</summary>
/// <param name="Text">Its address: <c>unix://</c>, <c>npipe://</c>, <c>tcp://</c>, <c>http://</c>, <c>https://</c> or <c>ssh://</c>.</param>
/// <param name="Origin">Who names it, as a phrase for messages; empty for a usual place.</param>
internal sealed record DockerEndpoint(string Text, string Origin)
{
    private const string Ssh = "ssh://";

    /// <summary>Full path of the PEM file with the authorities that the engine's certificate is checked against, or null.</summary>
    public string? CaFile { get; init; }

    /// <summary>Full path of the PEM file with the client's certificate, or null.</summary>
    public string? CertFile { get; init; }

    /// <summary>Full path of the PEM file with the client's private key, or null.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether a plain connection to another machine is allowed.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Whether it was named in a way that <c>auto</c> follows to another machine as well.</summary>
    public bool IsNamed { get; init; }

    public bool IsSsh => Text.StartsWith(Ssh, StringComparison.OrdinalIgnoreCase);

    /// <summary>The address by which the BuildKit in the engine is reached: <c>ssh://</c> alone means a BuildKit of its own.</summary>
    public string BuildKitText => IsSsh ? AddressReader.EngineOverSsh + "://" + Text[Ssh.Length..] : Text;

    /// <summary>The same place for BuildKit's client.</summary>
    public EngineModel Place(EngineModel engine) =>
        engine with { Endpoints = [BuildKitText], CaFile = CaFile, CertFile = CertFile, KeyFile = KeyFile, AllowInsecure = AllowInsecure };

    /// <summary>The way to it; nothing is opened yet.</summary>
    /// <param name="environment">Environment variables by name.</param>
    /// <exception cref="DiagnosticException">The address, or a file that it needs, cannot be used.</exception>
    public EngineAddress Resolve(Func<string, string?> environment)
    {
        var settings = new ConnectionSettings { CaFile = CaFile, CertFile = CertFile, KeyFile = KeyFile, AllowInsecure = AllowInsecure, Environment = environment };
        var address = AddressReader.Read(BuildKitText, settings);
        return SocketForm.DialerOf(address, settings)?.Engine
            ?? throw DockerBuildDiagnostics.EngineUnusable.With(address.Text, "it is the address of a BuildKit daemon, which ContainerBuilder=buildkit takes").ToException();
    }

    /// <summary>Whether it is another machine's.</summary>
    public bool IsRemote => IsSsh || (Uri.TryCreate(Text, UriKind.Absolute, out var uri) && uri.Scheme is "tcp" or "http" or "https" && !Registry.Transport.AddressPolicy.IsLoopback(uri));
}
