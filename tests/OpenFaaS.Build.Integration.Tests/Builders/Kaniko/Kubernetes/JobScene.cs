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
    public const string Simple = "FROM scratch\nCOPY . /\n";

    /// <summary>A Dockerfile whose step says that it works, and does not end.</summary>
    public const string Endless = BuildKitFunction.WithShell + "RUN echo working on it && sleep 900\n";

    /// <summary>Bounds of time that tests can wait for.</summary>
    public static JobLimits Short { get; } = new()
    {
        NoPod = TimeSpan.FromSeconds(1), Unschedulable = TimeSpan.FromSeconds(1), ImagePull = TimeSpan.FromSeconds(1), Creation = TimeSpan.FromSeconds(2),
        Start = TimeSpan.FromSeconds(30), End = TimeSpan.FromSeconds(5), Deletion = TimeSpan.FromSeconds(1), LogRest = TimeSpan.FromSeconds(10), Gone = TimeSpan.FromSeconds(15),
        Tick = TimeSpan.FromMilliseconds(100),
    };

    /// <summary>A real cluster pulls images, and takes its time for all else.</summary>
    private static readonly JobLimits Usual = new() { NoPod = TimeSpan.FromSeconds(10), Unschedulable = TimeSpan.FromSeconds(10), ImagePull = TimeSpan.FromSeconds(10) };

    private readonly TestContext context;
    private readonly BuildKitFunction function;
    private readonly List<ContextEntry> entries = [];

    public JobScene(TestContext context, ExecutorDouble? executor = null)
    {
        this.context = context;
        Executor = executor ?? new ExecutorDouble();
        Cluster = TestCluster.Start(context, Executor.RunAsync);
        function = new BuildKitFunction(context, "", Simple)
            .Set("ContainerBuilder", "kaniko").Set("KanikoRunner", "kubernetes").Set("KanikoImage", TestCluster.Real.Length > 0 ? TestCluster.Image : "registry.example/executor:1");
        Add("hello.txt", "hello");
    }

    public TestCluster Cluster { get; }

    public ExecutorDouble Executor { get; }

    public RecordingLog Log { get; } = new();

    public JobLimits Limits { get; set; } = TestCluster.Real.Length > 0 ? Usual : Short;

    public string Dockerfile { get; set; } = Simple;

    /// <summary>What the function's builds have in the cluster.</summary>
    public SceneObjects Objects => new(Cluster, function.Name, context.CancellationToken);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Secret variables of the executor.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Docker's configuration.</summary>
    public string DockerConfig { get; set; } = """{"auths":{}}""";

    /// <summary>Authorities of registries.</summary>
    public Dictionary<string, string> Certificates { get; } = [];

    public string Messages => string.Join('\n', Log.Messages);

    private KubernetesRunner Runner => new(Cluster.Variables, Limits, Time);

    public JobScene Add(string path, string text) => Add(path, Encoding.UTF8.GetBytes(text));

    public JobScene Add(string path, byte[] content, string mode = "644")
    {
        entries.Add(new ContextEntry(path, EntryKind.File, Convert.ToInt32(mode, 8)) { Size = content.Length, Content = new MemoryContent(content) });
        return this;
    }

    /// <summary>Adds what steps of a Dockerfile need that begins with <see cref="BuildKitFunction.WithShell"/>.</summary>
    public JobScene AddShell(string dockerfile)
    {
        Dockerfile = dockerfile;
        return Add("busybox", File.ReadAllBytes("/bin/busybox"), "755");
    }

    public JobScene Set(string property, string value)
    {
        function.Set(property, value);
        return this;
    }

    public Task<KanikoOutcome> RunAsync(CancellationToken? cancellationToken = null)
    {
        var build = Build();
        var run = new KanikoRun
        {
            Build = build,
            Dockerfile = Dockerfile,
            Arguments = ["--no-push", "--log-format=json"],
            Variables = Variables,
            DockerConfig = Encoding.UTF8.GetBytes(DockerConfig),
            Certificates = Certificates,
            Output = new ExecutorOutput(build.Function.Builder.Progress, Log),
        };
        return Runner.RunAsync(run, cancellationToken ?? context.CancellationToken);
    }

    /// <summary>Whether the cluster can be used.</summary>
    public ValueTask<BuilderProbe> ProbeAsync() => Runner.ProbeAsync(Build(), context.CancellationToken);

    /// <summary>The error that the run ends with.</summary>
    public async Task<Diagnostic> FailAsync()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => RunAsync());
        Assert.IsNotNull(failure.Diagnostics[0].Location, "An error names a place.");
        return failure.Diagnostics[0];
    }

    /// <summary>Waits until the step of <see cref="Endless"/>, or the executor's double, says that it works; no longer than the run lasts.</summary>
    public async Task UntilWorkingAsync(Task run)
    {
        while (!run.IsCompleted && !Messages.Contains("working on it", StringComparison.Ordinal))
        {
            await Task.Delay(20, context.CancellationToken);
        }
    }

    /// <summary>Nothing of the build is left in the cluster; what is being deleted may take a moment.</summary>
    public async Task AssertNothingLeftAsync()
    {
        for (var i = 0; i < 100 && (await LeftAsync()).Count > 0; i++)
        {
            await Task.Delay(TestCluster.Real.Length > 0 ? 1000 : 50, context.CancellationToken);
        }

        await AssertNothingLeftNowAsync();
    }

    /// <summary>Nothing of the build is left in the cluster.</summary>
    public async Task AssertNothingLeftNowAsync()
    {
        Assert.IsEmpty(await LeftAsync());
        if (TestCluster.Real.Length == 0)
        {
            Assert.AreEqual(0, Cluster.Double.Node.Running);
        }
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    // The double is asked past its faults.
    private async Task<IReadOnlyList<string>> LeftAsync() => TestCluster.Real.Length > 0
        ? await Objects.NamesAsync()
        : [.. new[] { "jobs", "pods", "secrets", "configmaps" }.SelectMany(Cluster.Double.Names)];

    private ImageBuild Build()
    {
        var model = FunctionModelReader.Read(function.Set("ContainerProgress", "plain").Request(), _ => null);
        return new ImageBuild(model, new FileSet(entries), Dockerfile, "Dockerfile", model.Builder.Arguments, context.Folder(), Log);
    }
}
