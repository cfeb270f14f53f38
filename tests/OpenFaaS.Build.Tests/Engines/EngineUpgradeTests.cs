using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.Tests.Engines;

[TestClass]
public sealed class EngineUpgradeTests(TestContext context)
{
    private const string Upgraded = "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

    [TestMethod]
    [DataRow("unix")]
    [DataRow("tcp")]
    public async Task Open_Status101_GivesTheConnectionWithTheBytesBehindTheHeader(string form)
    {
        using var server = Listen(form, out var address);
        var opening = EngineUpgrade.OpenAsync(address, "/exec/1/start", "tcp", "{}"u8.ToArray(), context.CancellationToken);
        using var client = await server.AcceptAsync(context.CancellationToken);
        await SendAsync(client, Upgraded + "first");

        await using var stream = await opening;
        await stream.WriteAsync("from us"u8.ToArray(), context.CancellationToken);
        await stream.CompleteWritesAsync(context.CancellationToken);
        var received = await ReceiveAllAsync(client);
        await SendAsync(client, " second");
        client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);

        Assert.AreEqual("first second", await reader.ReadToEndAsync(context.CancellationToken));
        Assert.StartsWith("POST /exec/1/start HTTP/1.1\r\n", received);
        Assert.Contains("\r\nConnection: Upgrade\r\n", received);
        Assert.Contains("\r\nUpgrade: tcp\r\n", received);
        Assert.EndsWith("{}from us", received);
    }

    [TestMethod]
    [DataRow("HTTP/1.1 409 Conflict\r\nContent-Length: 36\r\n\r\n{\"message\":\"it is not\\u001brunning\"}", 409, "it is not running (status 409)")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "it answered with status 200 and does not upgrade the connection")]
    public async Task Open_OtherStatus_IsAFailureThatKeepsIt(string answer, int status, string message)
    {
        using var server = Listen("unix", out var address);
        var opening = EngineUpgrade.OpenAsync(address, "/grpc", "h2c", null, context.CancellationToken);
        using var client = await server.AcceptAsync(context.CancellationToken);
        await SendAsync(client, answer);

        var failure = await Assert.ThrowsExactlyAsync<EngineFailedException>(() => opening);

        Assert.AreEqual((HttpStatusCode)status, failure.Status);
        Assert.AreEqual(message, failure.Message);
    }

    [TestMethod]
    public async Task Open_EndlessHeader_IsAFailure()
    {
        using var server = Listen("unix", out var address);
        var opening = EngineUpgrade.OpenAsync(address, "/grpc", "h2c", null, context.CancellationToken);
        using var client = await server.AcceptAsync(context.CancellationToken);
        var sending = SendAsync(client, "HTTP/1.1 101 UPGRADED\r\n" + string.Concat(Enumerable.Repeat($"X: {new string('y', 1000)}\r\n", 1000)));

        var failure = await Assert.ThrowsExactlyAsync<EngineFailedException>(() => opening);

        Assert.IsNull(failure.Status);
        client.Dispose();
        await Assert.ThrowsAsync<SocketException>(() => sending);
    }

    [TestMethod]
    public async Task Open_NobodyListens_IsAFailure() =>
        await Assert.ThrowsExactlyAsync<EngineFailedException>(
            () => EngineUpgrade.OpenAsync(EngineAddress.OfSocket("/nowhere/docker.sock"), "/grpc", "h2c", null, context.CancellationToken));

    private static Socket Listen(string form, out EngineAddress address)
    {
        if (form == "tcp")
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Listen();
            address = EngineAddress.TryParse($"tcp://{socket.LocalEndPoint}", _ => null, out _)!;
            return socket;
        }

        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        local.Bind(new UnixDomainSocketEndPoint(path));
        local.Listen();
        address = EngineAddress.OfSocket(path);
        return local;
    }

    private async Task SendAsync(Socket socket, string text)
    {
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(text);
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, context.CancellationToken)..];
        }
    }

    private async Task<string> ReceiveAllAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(context.CancellationToken);
    }
}
