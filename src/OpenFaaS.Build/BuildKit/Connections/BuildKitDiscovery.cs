using System.Collections.Concurrent;
using System.Globalization;
using OpenFaaS.Build.BuildKit.Connections.Daemonless;
using OpenFaaS.Build.BuildKit.Connections.Sockets;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>Starts a daemon where none is found.</summary>
internal interface IDaemonStarter
{
    /// <summary>A transport whose daemon is started with the first connection and stopped with its end; null with the reason where that cannot be.</summary>
    /// <exception cref="DiagnosticException">It should be possible, and failed.</exception>
    Task<(IBuildKitTransport? Transport, string Problem)> TryCreateAsync(ConnectionSettings settings, CancellationToken cancellationToken);
}

/// <summary>Decides which daemon is used.</summary>
internal static class BuildKitDiscovery
{
    /// <summary>Ways to a daemon of one's own, in order.</summary>
    private static readonly IReadOnlyList<IDaemonStarter> Starters = [new PrivateDaemonStarter()];

    /// <summary>
    /// The daemon that the user named, the one of <c>BUILDKIT_HOST</c>, the one at a usual place, a private one, or the BuildKit in the local
    /// Docker Engine. Only the usual places are asked; a named daemon is met when it is connected to.
    /// </summary>
    /// <exception cref="DiagnosticException">An address cannot be used, or nothing is found (OFB5016), with what was tried.</exception>
    public static Task<IBuildKitTransport> FindAsync(ConnectionSettings settings, CancellationToken cancellationToken) =>
        FindAsync(settings, BuildKitPlaces.Sockets(settings), Starters, cancellationToken);

    /// <summary>The same with other places and starters.</summary>
    public static async Task<IBuildKitTransport> FindAsync(
        ConnectionSettings settings, IReadOnlyList<SocketTransport> usual, IReadOnlyList<IDaemonStarter> starters, CancellationToken cancellationToken)
    {
        if (settings.Endpoints is [var first, ..])
        {
            return TransportForms.Create(first, settings);
        }

        if (settings.Environment("BUILDKIT_HOST") is { Length: > 0 } named)
        {
            return TransportForms.Create(named, settings);
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(settings.Limits.Probe);
        var tried = new ConcurrentDictionary<int, string>();
        var daemon = ProbeAsync([.. usual.Select(transport => (transport, ""))], 0, tried, settings.Limits, timer.Token, cancellationToken);

        // The engine comes last, since whoever has a BuildKit of his own wants that one; but `docker build` of today is BuildKit, so users of
        // Docker alone expect it to be found. It is asked at the same time, to take no longer.
        var engine = ProbeAsync(BuildKitPlaces.Engines(settings), 200, tried, settings.Limits, timer.Token, cancellationToken);
        await Task.WhenAll(daemon, engine);
        if (await daemon is { } found)
        {
            return found;
        }

        for (var i = 0; i < starters.Count; i++)
        {
            var (transport, problem) = await starters[i].TryCreateAsync(settings, cancellationToken);
            if (transport is not null)
            {
                return transport;
            }

            tried[100 + i] = problem;
        }

        return await engine ?? throw BuildKitConnectionDiagnostics.NothingFound.With(
            string.Join("; ", new[] { "BUILDKIT_HOST (not set)" }.Concat(tried.OrderBy(pair => pair.Key).Select(pair => pair.Value)))).ToException();
    }

    private static async Task<IBuildKitTransport?> ProbeAsync(
        IReadOnlyList<(SocketTransport? Transport, string Problem)> places,
        int place,
        ConcurrentDictionary<int, string> tried,
        ConnectionLimits limits,
        CancellationToken limited,
        CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(places.Select(async (candidate, i) =>
        {
            var problem = candidate.Problem;
            try
            {
                if (candidate.Transport is { } transport)
                {
                    await transport.ProbeAsync(limited);
                    return transport;
                }
            }
            catch (DiagnosticException e)
            {
                problem = $"{candidate.Transport!.Address} ({Phrase(e.Diagnostics[0])})";
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                problem = string.Create(CultureInfo.InvariantCulture, $"{candidate.Transport!.Address} (no answer within {limits.Probe.TotalSeconds:0.#} s)");
            }

            tried[place + i] = problem;
            return null;
        }));
        return answers.FirstOrDefault(answer => answer is not null);
    }

    // The next steps of all that was tried would bury the one that matters.
    private static string Phrase(Diagnostic diagnostic) =>
        diagnostic.Message.Replace(" " + diagnostic.Descriptor.NextStep, "", StringComparison.Ordinal).TrimEnd('.');
}
