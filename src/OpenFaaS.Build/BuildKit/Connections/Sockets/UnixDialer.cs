using System.Net.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>Connects to a Unix socket.</summary>
internal sealed class UnixDialer(string path) : Dialer("unix://" + path)
{
    public override EngineAddress Engine => EngineAddress.OfSocket(path);

    public override async ValueTask<DialedStream> DialAsync(ProtocolOffer offer, CancellationToken cancellationToken)
    {
        try
        {
            return new DialedStream(await UnixSocket.OpenAsync(path, cancellationToken));
        }
        catch (SocketException e)
        {
            throw Describe(e).ToException(e);
        }
        catch (PathTooLongException e)
        {
            // The usual places lie below folders that anybody may have set.
            throw BuildKitConnectionDiagnostics.SocketPathTooLong.With(SafeText.Neutralize(path), UnixSocket.LengthOf(path), UnixSocket.LongestPath).ToException(e);
        }
    }

    private Diagnostic Describe(SocketException e)
    {
        if (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return BuildKitConnectionDiagnostics.AccessDenied.With(path);
        }

        try
        {
            // A link may lead to the socket, so only the name's absence is told from its type.
            return FileStatus.Of(path) switch
            {
                null => BuildKitConnectionDiagnostics.SocketMissing.With(path, "there is nothing of this name"),
                { Type: FileType.Socket } when e.SocketErrorCode == SocketError.ConnectionRefused => BuildKitConnectionDiagnostics.SocketStale.With(path),
                { Type: FileType.File or FileType.Directory or FileType.Fifo or FileType.CharacterDevice or FileType.BlockDevice } => BuildKitConnectionDiagnostics.SocketMissing.With(path, "what is there is no socket"),
                { Type: FileType.SymbolicLink } => BuildKitConnectionDiagnostics.SocketMissing.With(path, "the symbolic link leads to no daemon"),
                _ => BuildKitConnectionDiagnostics.Unreachable.With(Text, SocketFailure.Phrase(e)),
            };
        }
        catch (UnauthorizedAccessException)
        {
            return BuildKitConnectionDiagnostics.AccessDenied.With(path);
        }
    }
}
