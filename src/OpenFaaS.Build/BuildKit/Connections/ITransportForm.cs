using OpenFaaS.Build.BuildKit.Connections.Exec;
using OpenFaaS.Build.BuildKit.Connections.Pods;
using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.BuildKit.Connections.Ssh;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>Makes the transports of some forms of address.</summary>
internal interface ITransportForm
{
    /// <summary>The transport for an address of a form that is this one's; null for others. Nothing is opened yet.</summary>
    /// <exception cref="DiagnosticException">The address, or a file that it needs, cannot be used.</exception>
    IBuildKitTransport? TryCreate(BuildKitAddress address, ConnectionSettings settings);
}

/// <summary>All forms of address. A new one is one more line here.</summary>
internal static class TransportForms
{
    private static readonly IReadOnlyList<ITransportForm> All =
    [
        new SocketForm(),
        new ContainerForm(),
        new SshForm(),
        new PodForm(),
    ];

    /// <summary>The transport for an address; nothing is opened yet.</summary>
    /// <exception cref="DiagnosticException">The address, or a file that it needs, cannot be used.</exception>
    public static IBuildKitTransport Create(string text, ConnectionSettings settings)
    {
        var address = AddressReader.Read(text, settings);
        return All.Select(form => form.TryCreate(address, settings)).FirstOrDefault(transport => transport is not null)
            ?? throw BuildKitConnectionDiagnostics.FormNotSupported.With(address.Scheme).ToException();
    }
}
