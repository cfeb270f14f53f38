using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Solving;

/// <summary>Solves of small Dockerfiles against a real engine.</summary>
internal sealed class RealSolve : IAsyncDisposable
{
    private readonly SessionHost sessions = new();
    private readonly BuildKitConnection connection;

    private RealSolve(BuildKitConnection connection) => this.connection = connection;

    public RecordingLog Log { get; } = new();

    public SolveTrace Trace { get; } = new();

    /// <summary>Connects to an engine of <c>tests/services.sh</c>.</summary>
    public static async Task<RealSolve> OpenAsync(string service, CancellationToken cancellationToken)
    {
        var settings = ConnectionForms.Settings(TestServices.Endpoint(service));
        return new RealSolve(await BuildKitConnection.OpenAsync(TransportForms.Create(settings.Endpoints[0], settings), cancellationToken));
    }

    /// <summary>Builds a Dockerfile with <c>busybox</c> and <c>a.txt</c> in its context.</summary>
    public async Task<SolveResult> RunAsync(
        string dockerfile, CancellationToken cancellationToken, string text = "a", SolveExporter? exporter = null, string? target = null, (string Key, string Value)? attribute = null)
    {
        var busybox = await File.ReadAllBytesAsync("/bin/busybox", cancellationToken);
        var attributes = new Dictionary<string, string> { ["filename"] = "Dockerfile", ["force-network-mode"] = "none" };
        if (target is not null)
        {
            attributes["target"] = target;
        }

        if (attribute is { } further)
        {
            attributes[further.Key] = further.Value;
        }

        var plan = new SolvePlan
        {
            FrontendAttributes = attributes,
            Exporter = exporter,
            DockerfilePath = "/src/hello/Dockerfile",
            Progress = ProgressMode.Plain,
            Session = new SessionContent
            {
                SharedKey = "solving-tests",
                Log = Log,
                Directories = new Dictionary<string, LocalDirectory>
                {
                    ["dockerfile"] = await DirectoryAsync([Bytes.File("Dockerfile", dockerfile)], cancellationToken),
                    ["context"] = await DirectoryAsync(
                        [Bytes.File("a.txt", text), new ContextEntry("busybox", EntryKind.File, 0x1ED) { Size = busybox.Length, Content = new Bytes(busybox) }], cancellationToken),
                },
            },
        };
        return await new BuildKitSolver(sessions).RunAsync(connection, plan, Trace.For("hello"), cancellationToken);
    }

    /// <summary>The one error of a build that fails.</summary>
    public async Task<Diagnostic> FailureAsync(string dockerfile, CancellationToken cancellationToken, string? target = null) =>
        (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync(dockerfile, cancellationToken, target: target))).Diagnostics.Single();

    public async ValueTask DisposeAsync()
    {
        await sessions.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static async Task<LocalDirectory> DirectoryAsync(IEnumerable<ContextEntry> entries, CancellationToken cancellationToken)
    {
        var files = new FileSet(entries);
        var hashes = await files.HashAsync(cancellationToken);
        return new LocalDirectory(files, HashedTimes.Normalized(hashes.Of, 1_700_000_000));
    }
}
