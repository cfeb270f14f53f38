using System.Net.Sockets;

namespace OpenFaaS.Build.StandInBuildKit;

/// <summary><c>buildctl [--addr unix://S] dial-stdio</c>: standard input and output become the socket; without an address the one of <c>STANDIN_SOCKET</c>.</summary>
internal static class StandInDial
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var address = arguments is ["--addr", var given, "dial-stdio"] ? given["unix://".Length..] : Environment.GetEnvironmentVariable("STANDIN_SOCKET")!;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(address));
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync($"stand-in buildctl: {address}: {e.Message}");
            return 1;
        }

        await using var stream = new NetworkStream(socket);
        var sending = SendAsync(socket, stream);
        await stream.CopyToAsync(Console.OpenStandardOutput());
        return 0;
    }

    private static async Task SendAsync(Socket socket, NetworkStream stream)
    {
        await Console.OpenStandardInput().CopyToAsync(stream);
        socket.Shutdown(SocketShutdown.Send);
    }
}
