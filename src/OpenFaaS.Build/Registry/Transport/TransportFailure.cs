using System.Net.Sockets;
using System.Security.Authentication;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Registry.Transport;

/// <summary>Turns exceptions of the HTTP stack into coded, final or transient failures.</summary>
internal static class TransportFailure
{
    /// <summary>The failure of a call that got no response.</summary>
    public static Exception OfRequest(Exception exception, HttpCall call, CertificateTrust trust)
    {
        var error = (exception as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        var socket = exception.Find<SocketException>();
        if (exception is OperationCanceledException)
        {
            var phrase = exception.InnerException is TimeoutException ? "no connection within the time limit" : "no answer within the time limit";
            return new TransientRegistryException(Unreachable(call, phrase), exception);
        }

        if (error == HttpRequestError.SecureConnectionError || exception.Find<AuthenticationException>() is not null)
        {
            return OfHandshake(exception, call, trust);
        }

        if (error == HttpRequestError.NameResolutionError || socket?.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return socket?.SocketErrorCode == SocketError.TryAgain
                ? new TransientRegistryException(Unreachable(call, "the name server does not answer"), exception)
                : Unreachable(call, "its name is unknown").ToException(exception);
        }

        if (error is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.VersionNegotiationError)
        {
            return RegistryDiagnostics.MalformedResponse.With(call.Server, call.Action, "the answer is no valid HTTP").ToException(exception);
        }

        return socket?.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown
            ? new TransientRegistryException(Unreachable(call, socket.SocketErrorCode == SocketError.ConnectionRefused ? "the connection is refused" : "there is no route"), exception)
            : new TransientRegistryException(OfTransfer(call.Server, call.Action, "the connection was cut"), exception);
    }

    /// <summary>The failure while a body was read or written; null for exceptions that are none of the network.</summary>
    public static TransientRegistryException? OfBody(Exception exception, string server, string action) => exception switch
    {
        OperationCanceledException => new(OfTransfer(server, action, "no data arrived within the time limit"), exception),
        IOException or HttpRequestException => new(OfTransfer(server, action, "the connection was cut"), exception),
        _ => null,
    };

    /// <summary>The diagnostic of a transfer that ended early.</summary>
    public static Diagnostic OfTransfer(string server, string action, string reason) => RegistryDiagnostics.Interrupted.With(server, action, reason);

    private static Exception OfHandshake(Exception exception, HttpCall call, CertificateTrust trust)
    {
        if (trust.Problem is { } problem)
        {
            return RegistryDiagnostics.UntrustedCertificate.With(call.Server, problem).ToException(exception);
        }

        return exception.Find<AuthenticationException>() is not null
            ? RegistryDiagnostics.NotTls.With(call.Server).ToException(exception)
            : new TransientRegistryException(Unreachable(call, "the connection was cut inside the TLS handshake"), exception) { InHandshake = true };
    }

    private static Diagnostic Unreachable(HttpCall call, string reason)
    {
        var address = $"{call.Address.IdnHost}:{call.Address.Port}";
        return RegistryDiagnostics.Unreachable.With(call.Server == address ? call.Server : $"{call.Server} at {address}", reason);
    }
}
