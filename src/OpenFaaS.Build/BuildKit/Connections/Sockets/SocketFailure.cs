using System.Net.Sockets;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>Says in a phrase why a socket failed, the same on every system.</summary>
internal static class SocketFailure
{
    public static string Phrase(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "the connection is refused",
        SocketError.HostNotFound or SocketError.NoData => "the name of the host is unknown",
        SocketError.TryAgain => "the name server does not answer",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.AddressNotAvailable => "there is no route",
        SocketError.TimedOut => "no connection within the time limit",
        SocketError.ConnectionReset or SocketError.ConnectionAborted => "the connection was cut",
        _ => SafeText.Neutralize(e.Message).TrimEnd('.'),
    };
}
