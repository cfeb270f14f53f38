using System.Globalization;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>What is found out about the other end, and how often it is asked.</summary>
[TestClass]
public sealed class SocketTransportTests(TestContext context)
{
    [TestMethod]
    [DataRow("1.40", true)]
    [DataRow("1.41", true)]
    [DataRow("1.42", false)]
    [DataRow("1.52", false)]
    [DataRow("1.53", false)]
    public async Task Probe_EngineOfAVersion_KnowsWhetherThereCanBeAnImageStore(string version, bool isWithout)
    {
        // Hangs up on anything but HTTP/1.1, as a proxy before an engine does.
        await using var engine = PeerStandIn.Answering(async (stream, token) =>
        {
            var first = new byte[4];
            await stream.ReadExactlyAsync(first, token);
            if (first.AsSpan().SequenceEqual("GET "u8))
            {
                await stream.WriteAsync(Greeting(version), token);
            }
        });
        await using var transport = At(engine.Address);

        Assert.IsFalse(transport.IsEngineWithoutImageStore);
        await transport.ProbeAsync(context.CancellationToken);

        Assert.AreEqual(isWithout, transport.IsEngineWithoutImageStore);
    }

    [TestMethod]
    public async Task Probe_EngineThatTakesItsTime_IsAnEngine()
    {
        await using var engine = PeerStandIn.Answering(async (stream, token) =>
        {
            var first = new byte[4];
            await stream.ReadExactlyAsync(first, token);
            if (first.AsSpan().SequenceEqual("GET "u8))
            {
                // Longer than a probe may take, less than an answer.
                await Task.Delay(ShortLimits.Value.Probe * 3, token);
                await stream.WriteAsync(Greeting("1.41"), token);
            }
            else
            {
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
            }
        });
        await using var transport = At(engine.Address);

        await transport.ProbeAsync(context.CancellationToken);

        Assert.IsNotNull(transport.Engine);
        Assert.IsTrue(transport.HasSessionStreams);
    }

    [TestMethod]
    public async Task Probe_ManyAtOnce_AsksOnce()
    {
        var asked = 0;
        await using var engine = PeerStandIn.Answering(async (stream, token) =>
        {
            Interlocked.Increment(ref asked);
            await stream.ReadAtLeastAsync(new byte[10], 1, false, token);
            await stream.WriteAsync(Greeting("1.45"), token);
        });
        await using var transport = At(engine.Address);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => transport.ProbeAsync(context.CancellationToken))));

        Assert.AreEqual(1, asked);
    }

    [TestMethod]
    public async Task Open_PeerIsNoDaemon_IsAskedNoMoreAfterTheAnswer()
    {
        var asked = 0;
        await using var peer = PeerStandIn.Answering(async (stream, token) =>
        {
            Interlocked.Increment(ref asked);
            await stream.ReadAtLeastAsync(new byte[10], 1, false, token);
            await stream.WriteAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), token);
        });
        var transport = At(peer.Address);

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => BuildKitConnection.OpenAsync(transport, ShortLimits.Value, context.CancellationToken));
        var before = Volatile.Read(ref asked);
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => transport.ProbeAsync(context.CancellationToken));
        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => transport.ConnectAsync(context.CancellationToken).AsTask());

        Assert.AreEqual(before, asked);
    }

    [TestMethod]
    public async Task Probe_CancelledOnce_CanBeAskedAgain()
    {
        var isReady = false;
        await using var engine = PeerStandIn.Answering(async (stream, token) =>
        {
            await stream.ReadAtLeastAsync(new byte[10], 1, false, token);
            if (Volatile.Read(ref isReady))
            {
                await stream.WriteAsync(Greeting("1.41"), token);
            }
            else
            {
                await Task.Delay(Timeout.Infinite, token);
            }
        });
        await using var transport = At(engine.Address);
        using var first = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        first.CancelAfter(TimeSpan.FromSeconds(0.1));

        await Assert.ThrowsAsync<OperationCanceledException>(() => transport.ProbeAsync(first.Token));
        Volatile.Write(ref isReady, true);
        await transport.ProbeAsync(context.CancellationToken);

        Assert.IsTrue(transport.IsEngineWithoutImageStore);
    }

    private static SocketTransport At(string address) => (SocketTransport)TransportForms.Create(address, new ConnectionSettings { Endpoints = [address], Limits = ShortLimits.Value, Environment = _ => null });

    private static byte[] Greeting(string version) =>
        System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nApi-Version: {version}\r\nServer: Docker/stand-in\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"));
}
