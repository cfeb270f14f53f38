using System.IO.Pipes;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>Connects to a named pipe of this machine.</summary>
internal sealed class PipeDialer(string name) : Dialer("npipe:////./pipe/" + name)
{
    // A pipe whose instances are all taken is there again at once; .NET tries until this time is over.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1.5);

    public override EngineAddress Engine => EngineAddress.OfPipe(name);

    public override async ValueTask<DialedStream> DialAsync(ProtocolOffer offer, CancellationToken cancellationToken)
    {
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            await pipe.ConnectAsync(Wait, cancellationToken);
            return new DialedStream(pipe);
        }
        catch (Exception e)
        {
            await pipe.DisposeAsync();
            var diagnostic = e switch
            {
                TimeoutException => BuildKitConnectionDiagnostics.SocketMissing.With(Text, "there is no pipe of this name, or nobody listens on it"),
                UnauthorizedAccessException => BuildKitConnectionDiagnostics.AccessDenied.With(Text),
                IOException => BuildKitConnectionDiagnostics.Unreachable.With(Text, "the pipe cannot be opened"),
                _ => null,
            };
            if (diagnostic is not null)
            {
                throw diagnostic.ToException(e);
            }

            throw;
        }
    }
}
