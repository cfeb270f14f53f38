using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Transfer;

/// <summary>Builds on a real engine whose only purpose is what is sent there and what comes back.</summary>
internal sealed class TransferBuild(BuildKitConnection connection, SessionHost host) : IAsyncDisposable
{
    /// <summary>Diagnostics of all builds.</summary>
    public RecordingLog Log { get; } = new();

    /// <summary>Identity of the context at the daemon: what it has of one build it need not be sent for the next.</summary>
    public string SharedKey { get; } = Guid.NewGuid().ToString("n");

    public static async Task<TransferBuild> OnAsync(string service, CancellationToken cancellationToken)
    {
        var settings = new ConnectionSettings { Endpoints = [TestServices.Endpoint(service)], Environment = _ => null };
        return new TransferBuild(await BuildKitConnection.OpenAsync(TransportForms.Create(settings.Endpoints[0], settings), cancellationToken), new SessionHost());
    }

    /// <summary>Runs one build.</summary>
    /// <param name="dockerfile">Text of the Dockerfile.</param>
    /// <param name="files">The context.</param>
    /// <param name="exporter"><c>local</c> or <c>tar</c>, which every engine has.</param>
    /// <param name="receiver">Takes the output up; committed here.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Bytes of content that were sent.</returns>
    public async Task<long> RunAsync(string dockerfile, FileSet files, string exporter, IOutputReceiver receiver, CancellationToken cancellationToken)
    {
        var hashes = await files.HashAsync(cancellationToken);
        var content = new SessionContent
        {
            SharedKey = SharedKey,
            Directories = new Dictionary<string, LocalDirectory>
            {
                ["context"] = new(files, HashedTimes.Preserved(hashes.Of, 0)),
                ["dockerfile"] = new(new FileSet([Bytes.File("Dockerfile", dockerfile)]), HashedTimes.Normalized(HashedTimes.HashOf, 0)),
            },
            Outputs = [receiver],
            Log = Log,
        };
        await using var session = await host.OpenAsync(connection, content);
        await connection.Control.SolveAsync(
            new SolveRequest
            {
                Ref = Guid.NewGuid().ToString("n"),
                Session = session.Id,
                Frontend = "dockerfile.v0",
                FrontendAttrs = { ["filename"] = "Dockerfile" },
                ExporterDeprecated = exporter,
                Exporters = { new Exporter { Type = exporter } },
                Cache = new CacheOptions(),
            },
            cancellationToken: cancellationToken);
        await receiver.CommitAsync(cancellationToken);
        return session.BytesSent;
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await connection.DisposeAsync();
    }
}
