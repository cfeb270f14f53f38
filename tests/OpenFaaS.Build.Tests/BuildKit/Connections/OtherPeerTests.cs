using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections;

/// <summary>An address that leads to something else is an error within seconds.</summary>
[TestClass]
public sealed class OtherPeerTests(TestContext context)
{
    [TestMethod]
    public async Task Open_WebServer_SaysSo()
    {
        await using var server = new StandInServer(_ => new StandInReply(404));

        Assert.Contains("it is a web server (status 404)", await FailureAsync("OFB5013", "tcp://" + server.Name), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Registry_SaysSo()
    {
        await using var registry = new RegistryStandIn();

        Assert.Contains("it is a web server", await FailureAsync("OFB5013", "tcp://" + registry.Name), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_PodmanService_SaysThatItHasNone()
    {
        await using var podman = PeerStandIn.Saying("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-API-Version: 4.3.1\r\n\r\nOK"u8.ToArray());

        Assert.Contains("Podman", await FailureAsync("OFB5013", podman.Address), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_RandomBytes_SaysSo()
    {
        await using var peer = PeerStandIn.Saying([0xff, .. RandomNumberGenerator.GetBytes(2000)]);

        await FailureAsync("OFB5013", peer.Address);
    }

    [TestMethod]
    public async Task Open_HeaderWithoutEnd_SaysSo()
    {
        await using var peer = PeerStandIn.Saying([.. "HTTP/1.1 200 OK\r\nX: "u8, .. Enumerable.Repeat((byte)'x', 100_000)]);

        await FailureAsync("OFB5013", peer.Address);
    }

    [TestMethod]
    public async Task Open_Http2ThatIsGarbageAfterItsSettings_SaysSo()
    {
        await using var peer = PeerStandIn.Saying([0, 0, 0, 4, 0, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xee, 500)]);

        // Whether the garbage or the end after it is noticed first is a matter of the moment.
        await FailureAsync("OFB5013 OFB5008", peer.Address);
    }

    [TestMethod]
    public async Task Open_HangsUp_SaysSo()
    {
        await using var peer = PeerStandIn.Closing();

        Assert.Contains("without a word", await FailureAsync("OFB5013", peer.Address), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Case81Silence_EndsInTime()
    {
        await using var peer = PeerStandIn.Silent();
        var watch = Stopwatch.StartNew();

        Assert.Contains("does not answer within 2 s", await FailureAsync("OFB5014", peer.Address), StringComparison.Ordinal);

        Assert.IsLessThan(10, watch.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public async Task Open_Case81SilenceAfterTheGreeting_EndsInTime()
    {
        await using var peer = PeerStandIn.Saying([0, 0, 0, 4, 0, 0, 0, 0, 0]);

        Assert.Contains("does not answer within 4 s", await FailureAsync("OFB5014", peer.Address), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_Http2WithoutBuildKit_SaysSo()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using var server = builder.Build();
        await server.StartAsync(context.CancellationToken);
        var address = server.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        Assert.Contains("does not know BuildKit's service", await FailureAsync("OFB5013", address), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_EngineThatRefusesTheUpgrade_SaysWithWhat()
    {
        await using var engine = new StandInServer(request => request.Path == "/_ping"
            ? new StandInReply(200) { Headers = [("Api-Version", "1.41")] }
            : new StandInReply(403));

        Assert.Contains("HTTP/1.1 403", await FailureAsync("OFB5015", "tcp://" + engine.Name), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_EngineThatHangsUpInTheUpgrade_SaysSo()
    {
        await using var engine = PeerStandIn.Answering(async (stream, token) =>
        {
            var first = new byte[4];
            await stream.ReadExactlyAsync(first, token);
            if (first[0] == 'G')
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n"u8.ToArray(), token);
            }
        });

        await FailureAsync("OFB5015", engine.Address);
    }

    [TestMethod]
    public async Task Open_NobodyListens_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"tcp://{listener.LocalEndpoint}";
        listener.Stop();

        Assert.Contains("the connection is refused", await FailureAsync("OFB5008", address), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Open_UnknownHost_SaysSo() => await FailureAsync("OFB5008", "tcp://no-such-host.invalid:1234", insecure: true);

    [TestMethod]
    public async Task Open_Case84NoPipe_SaysSo() => await FailureAsync("OFB5004", $"npipe:////./pipe/none-{Guid.NewGuid():n}");

    [TestMethod]
    public async Task Open_Cancelled_IsACancellation()
    {
        await using var peer = PeerStandIn.Silent();
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(0.1));
        var settings = new ConnectionSettings { Environment = _ => null };

        await Assert.ThrowsAsync<OperationCanceledException>(() => BuildKitConnection.OpenAsync(TransportForms.Create(peer.Address, settings), cancel.Token));
    }

    private async Task<string> FailureAsync(string codes, string address, bool insecure = false)
    {
        var settings = new ConnectionSettings { Environment = _ => null, Limits = ShortLimits.Value, AllowInsecure = insecure };
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            BuildKitConnection.OpenAsync(TransportForms.Create(address, settings), ShortLimits.Value, context.CancellationToken));
        Assert.Contains(failure.Diagnostics[0].Descriptor.Code, codes, failure.Message);
        return failure.Diagnostics[0].Message;
    }
}
