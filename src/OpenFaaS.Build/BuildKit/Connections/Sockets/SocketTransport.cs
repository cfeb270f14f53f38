using System.Globalization;
using Grpc.Core;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections.Sockets;

/// <summary>
/// A daemon, or a Docker Engine with BuildKit in it, behind a socket. Which of the two is found out once, from what it answers, since both
/// listen at the same forms of address.
/// </summary>
internal sealed class SocketTransport(Dialer dialer, ConnectionLimits limits) : IBuildKitTransport
{
    /// <summary>Engines of this version serve gRPC on their API socket; older ones after an upgrade of the connection.</summary>
    private static readonly Version DirectSince = new(1, 53);

    /// <summary>No engine of an older version has the containerd image store.</summary>
    private static readonly Version ImageStoreSince = new(1, 42);

    private readonly SemaphoreSlim finding = new(1);
    private Way? way;
    private Version? apiVersion;
    private DiagnosticException? failure;

    /// <summary>How the daemon is spoken to.</summary>
    private enum Way
    {
        Direct,
        DirectEngine,
        UpgradedEngine,
    }

    public string Address => dialer.Text;

    public EngineAddress? Engine => way is Way.DirectEngine or Way.UpgradedEngine ? dialer.Engine : null;

    public bool StartsProgram => dialer.StartsProgram;

    public bool HasSessionStreams => way == Way.UpgradedEngine;

    public bool IsEngineWithoutImageStore => way == Way.UpgradedEngine && apiVersion is { } version && version < ImageStoreSince;

    /// <summary>Finds out what is there, and leaves nothing behind.</summary>
    /// <exception cref="DiagnosticException">Nothing, or no BuildKit.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await finding.WaitAsync(cancellationToken);
        try
        {
            // Whoever has waited gets the same answer, and not another search.
            if (failure is not null)
            {
                throw new DiagnosticException(failure.Diagnostics, failure);
            }

            way ??= await FindWayAsync(cancellationToken);
        }
        catch (DiagnosticException e)
        {
            failure ??= e;
            throw;
        }
        finally
        {
            finding.Release();
        }
    }

    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        await ProbeAsync(cancellationToken);
        var isUpgraded = way == Way.UpgradedEngine;
        var dialed = await DialAsync(isUpgraded ? ProtocolOffer.Http1 : ProtocolOffer.Any, cancellationToken);
        return isUpgraded ? await EngineStream.OpenAsync(dialed.Stream, "/grpc", Metadata.Empty, Address, limits.Answer, cancellationToken) : dialed.Stream;
    }

    public async Task<Stream> OpenSessionAsync(Metadata headers, CancellationToken cancellationToken)
    {
        var dialed = await DialAsync(ProtocolOffer.Http1, cancellationToken);
        return await EngineStream.OpenAsync(dialed.Stream, "/session", headers, Address, limits.Answer, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Way> FindWayAsync(CancellationToken cancellationToken)
    {
        if (!dialer.IsSecure)
        {
            return await OfPingAsync(await AskAsync(ProtocolOffer.Any, DaemonProbe.PingAsync, limits.Probe, cancellationToken), cancellationToken);
        }

        var dialed = await DialAsync(ProtocolOffer.Any, cancellationToken);
        await using var stream = dialed.Stream;
        if (dialed.IsHttp2 != true)
        {
            return await OfPingAsync(await DaemonProbe.PingAsync(stream, limits.Answer, cancellationToken), cancellationToken);
        }

        Require(await DaemonProbe.GreetAsync(stream, limits.Answer, cancellationToken));
        return await IsEngineAsync(cancellationToken) ? Way.DirectEngine : Way.Direct;
    }

    private async Task<Way> OfPingAsync(ProbeAnswer ping, CancellationToken cancellationToken)
    {
        apiVersion = ping.ApiVersion;
        switch (ping)
        {
            case { IsPodman: true }:
                throw No("it is Podman's service, which has none in it");
            case { Kind: ProbeKind.Http1, ApiVersion: null }:
                // Proxies that let HTTP/2 through have an answer to HTTP/1.1 as well.
                return await AskAsync(ProtocolOffer.Any, DaemonProbe.GreetAsync, limits.Probe, cancellationToken) is { Kind: ProbeKind.Http2 }
                    ? Way.Direct
                    : throw No(string.Create(CultureInfo.InvariantCulture, $"it is a web server (status {ping.Status})"));
            case { Kind: ProbeKind.Http1 } when ping.ApiVersion < DirectSince:
                return Way.UpgradedEngine;
            case { Kind: ProbeKind.Http1 }:
                // Something between may let only HTTP/1.1 through.
                return await AskAsync(ProtocolOffer.Any, DaemonProbe.GreetAsync, limits.Probe, cancellationToken) is { Kind: ProbeKind.Http2 } ? Way.DirectEngine : Way.UpgradedEngine;
            case { Kind: ProbeKind.Http2 }:
                return Way.Direct;
            case { Kind: ProbeKind.Closed or ProbeKind.Silent } when !dialer.IsSecure:
                var greeting = await AskAsync(ProtocolOffer.Any, DaemonProbe.GreetAsync, limits.Answer, cancellationToken);
                if (greeting.Kind == ProbeKind.Http1 && ping.Kind == ProbeKind.Silent)
                {
                    // An engine that takes its time has said nothing yet of what it is.
                    var late = await AskAsync(ProtocolOffer.Any, DaemonProbe.PingAsync, limits.Answer, cancellationToken);
                    if (late.Kind != ProbeKind.Silent)
                    {
                        return await OfPingAsync(late, cancellationToken);
                    }

                    greeting = late;
                }

                Require(greeting);
                return Way.Direct;
            default:
                Require(ping);
                return Way.Direct;
        }
    }

    /// <summary>Whether an Engine of today is behind TLS: it takes HTTP/1.1 as well, which buildkitd does not.</summary>
    private async Task<bool> IsEngineAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await AskAsync(ProtocolOffer.Http1, DaemonProbe.PingAsync, limits.Probe, cancellationToken)).ApiVersion is not null;
        }
        catch (DiagnosticException)
        {
            return false;
        }
    }

    private async Task<ProbeAnswer> AskAsync(
        ProtocolOffer offer, Func<Stream, TimeSpan, CancellationToken, Task<ProbeAnswer>> ask, TimeSpan limit, CancellationToken cancellationToken)
    {
        await using var stream = (await DialAsync(offer, cancellationToken)).Stream;
        return await ask(stream, limit, cancellationToken);
    }

    private async Task<DialedStream> DialAsync(ProtocolOffer offer, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limits.Answer);
        try
        {
            return await dialer.DialAsync(offer, timer.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw BuildKitConnectionDiagnostics.Unreachable.With(Address, "no connection within the time limit").ToException(e);
        }
    }

    private void Require(ProbeAnswer answer)
    {
        if (answer.Kind == ProbeKind.Http2)
        {
            return;
        }

        throw answer.Kind switch
        {
            ProbeKind.Silent => BuildKitConnectionDiagnostics.Silent.With(Address, limits.Answer.TotalSeconds).ToException(),
            ProbeKind.Tls => BuildKitConnectionDiagnostics.TlsFailed.With(Address, "it speaks TLS, and none of the certificate properties is set").ToException(),

            // The handshake of TLS 1.3 is over for the client before the server has seen its certificate.
            ProbeKind.Closed when dialer.IsSecure => BuildKitConnectionDiagnostics.TlsFailed.With(Address, dialer.HasCertificate
                ? "it hung up after the handshake, so it does not accept the certificate of the client"
                : "it hung up after the handshake, so it wants a certificate of the client").ToException(),
            ProbeKind.Closed => No("it ends the connection without a word"),
            ProbeKind.Http1 => No("it is a web server"),
            _ => No("it answers with something that is neither HTTP/2 nor an Engine API"),
        };
    }

    private DiagnosticException No(string what) => BuildKitConnectionDiagnostics.NoBuildKit.With(Address, what).ToException();
}
