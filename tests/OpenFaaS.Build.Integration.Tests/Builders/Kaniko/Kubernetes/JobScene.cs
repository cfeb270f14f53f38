using System.Text;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Kaniko.Kubernetes;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.Kubernetes;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>One run of the executor in a cluster.</summary>
internal sealed class JobScene : IAsyncDisposable
{
    public const string Dockerfile = "FROM scratch\nCOPY . /\n";

    /// <summary>Bounds of time that tests can wait for.</summary>
    public static JobLimits Short { get; } = new()
    {
        NoPod = TimeSpan.FromSeconds(1), Unschedulable = TimeSpan.FromSeconds(1), ImagePull = TimeSpan.FromSeconds(1), Creation = TimeSpan.FromSeconds(2),
        Start = TimeSpan.FromSeconds(30), End = TimeSpan.FromSeconds(5), LogRest = TimeSpan.FromSeconds(10), Gone = TimeSpan.FromSeconds(15), Tick = TimeSpan.FromMilliseconds(100),
    };

    private readonly TestContext context;
    private readonly BuildKitFunction function;
    private readonly List<ContextEntry> entries = [];

    public JobScene(TestContext context, ExecutorDouble? executor = null)
    {
        this.context = context;
        Executor = executor ?? new ExecutorDouble();
        Cluster = TestCluster.Start(context, Executor.RunAsync);
        function = new BuildKitFunction(context, "", Dockerfile)
            .Set("ContainerBuilder", "kaniko").Set("KanikoRunner", "kubernetes").Set("KanikoImage", Environment.GetEnvironmentVariable("OPENFAAS_TEST_KANIKO_IMAGE") ?? "registry.example/executor:1");
        Add("hello.txt", "hello");
    }

    public TestCluster Cluster { get; }

    public ExecutorDouble Executor { get; }

    public RecordingLog Log { get; } = new();

    public JobLimits Limits { get; set; } = Short;

    /// <summary>Secret variables of the executor.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Docker's configuration.</summary>
    public string DockerConfig { get; set; } = """{"auths":{}}""";

    /// <summary>Authorities of registries.</summary>
    public Dictionary<string, string> Certificates { get; } = [];

    public string Messages => string.Join('\n', Log.Messages);

    public JobScene Add(string path, string text) => Add(path, Encoding.UTF8.GetBytes(text));

    public JobScene Add(string path, byte[] content)
    {
        entries.Add(new ContextEntry(path, EntryKind.File, Convert.ToInt32("644", 8)) { Size = content.Length, Content = new MemoryContent(content) });
        return this;
    }

    public JobScene Set(string property, string value)
    {
        function.Set(property, value);
        return this;
    }

    public Task<KanikoOutcome> RunAsync(CancellationToken? cancellationToken = null)
    {
        var request = function.Set("ContainerProgress", "plain").Request();
        var model = FunctionModelReader.Read(request, _ => null);
        var build = new ImageBuild(model, new FileSet(entries), Dockerfile, "Dockerfile", model.Builder.Arguments, context.Folder(), Log);
        var run = new KanikoRun
        {
            Build = build,
            Dockerfile = Dockerfile,
            Arguments = ["--no-push", "--log-format=json"],
            Variables = Variables,
            DockerConfig = Encoding.UTF8.GetBytes(DockerConfig),
            Certificates = Certificates,
            Output = new ExecutorOutput(model.Builder.Progress, Log),
        };
        return new KubernetesRunner(Cluster.Variables, Limits).RunAsync(run, cancellationToken ?? context.CancellationToken);
    }

    /// <summary>The error that the run ends with.</summary>
    public async Task<Diagnostic> FailAsync()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync());
        Assert.IsNotNull(failure.Diagnostics[0].Location, "An error names a place.");
        return failure.Diagnostics[0];
    }

    /// <summary>Nothing of the build is left in the double.</summary>
    public async Task AssertNothingLeftAsync()
    {
        var server = Cluster.Double;
        var left = () => new[] { "jobs", "pods", "secrets", "configmaps" }.SelectMany(server.Names).ToList();
        for (var i = 0; i < 100 && left().Count > 0; i++)
        {
            await Task.Delay(50, context.CancellationToken);
        }

        Assert.IsEmpty(left());
        Assert.AreEqual(0, server.Node.Running);
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
