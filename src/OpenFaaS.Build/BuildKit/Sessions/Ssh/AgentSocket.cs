using System.IO.Pipes;
using System.Net.Sockets;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.Sessions.Ssh;

/// <summary>Connects to SSH agents: unix sockets, and on Windows the named pipe of OpenSSH's service.</summary>
internal static class AgentSocket
{
    private const string PipePrefix = @"\\.\pipe\";

    /// <summary>A connection of its own.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="PathTooLongException">No socket can be there.</exception>
    public static async Task<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        if (path.StartsWith(PipePrefix, StringComparison.Ordinal))
        {
            var pipe = new NamedPipeClientStream(".", path[PipePrefix.Length..], PipeDirection.InOut, PipeOptions.Asynchronous);
            try
            {
                await pipe.ConnectAsync(TimeSpan.FromSeconds(5), cancellationToken);
                return pipe;
            }
            catch
            {
                await pipe.DisposeAsync();
                throw;
            }
        }

        return await UnixSocket.OpenAsync(path, cancellationToken);
    }

    /// <summary>Whether no socket can be connected to by this path.</summary>
    public static bool IsTooLong(string path) => !path.StartsWith(PipePrefix, StringComparison.Ordinal) && UnixSocket.LengthOf(path) > UnixSocket.LongestPath;

    /// <summary>Whether the path is a socket, or what stands for one on Windows.</summary>
    public static bool IsAgent(string path)
    {
        if (path.StartsWith(PipePrefix, StringComparison.Ordinal))
        {
            return true;
        }

        // An agent's socket is often reached by a link that stays the same.
        var status = FileStatus.Of(path);
        return status?.Type == FileType.SymbolicLink
            ? File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target && FileStatus.Of(target.FullName)?.Type == FileType.Socket
            : status?.Type == FileType.Socket;
    }
}
