using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Kaniko;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

/// <summary>Which runner is taken, and what its outcome is worth.</summary>
[TestClass]
public sealed class KanikoBuilderTests(TestContext context)
{
    private const string Valid = "sha256:0000000000000000000000000000000000000000000000000000000000000001";
    private readonly RecordingLog log = new();

    [TestMethod]
    [DataRow("", "podman", "podman by itself")]
    [DataRow("kubernetes", "podman kubernetes", "kubernetes by itself")]
    [DataRow("", "kubernetes", "docker is not there")]
    [DataRow("podman", "docker", "podman is not there")]
    public async Task Probe_Runner_IsTheNamedOneOrWhatIsHere(string named, string usable, string expected)
    {
        var probe = await ProbeAsync(named, usable.Split(' '));

        Assert.AreEqual(expected, probe.Reason);
        Assert.AreEqual(!expected.EndsWith("not there", StringComparison.Ordinal), probe.Usable);
    }

    [TestMethod]
    public async Task Build_ExitCode_CountsWhateverTheDigestSays()
    {
        Assert.AreEqual("OFB2603", await RefusedAsync(new RunnerStandIn("docker", new KanikoOutcome(1, Valid))));
        Assert.AreEqual("OFB2707", await RefusedAsync(new RunnerStandIn("docker", new KanikoOutcome(137, Valid))));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("sha256:12")]
    [DataRow("sha512:00")]
    public async Task Build_EndsWellWithoutADigest_IsAnError(string digest) =>
        Assert.AreEqual("OFB2709", await RefusedAsync(new RunnerStandIn("docker", new KanikoOutcome(0, digest))));

    [TestMethod]
    public async Task Build_DigestWithoutItsImage_IsAnError() =>
        Assert.AreEqual("OFB2710", await RefusedAsync(new RunnerStandIn("docker", new KanikoOutcome(0, Valid + "\n"))));

    [TestMethod]
    public async Task Build_RunnerWithoutFolders_MakesImagesForRegistriesOnly()
    {
        var runner = new RunnerStandIn("kubernetes", new KanikoOutcome(0, Valid)) { ReachesFolders = false };

        Assert.AreEqual("OFB2708", await RefusedAsync(runner, ("KanikoRunner", "kubernetes")));
        Assert.IsNull(runner.Run);
    }

    [TestMethod]
    public async Task Build_ForAnArchive_IsNotPushedAndPinsNothingOfScratch()
    {
        var runner = new RunnerStandIn("docker", new KanikoOutcome(0, ""));

        await RefusedAsync(runner);

        Assert.Contains("--no-push", runner.Run!.Arguments);
        Assert.IsTrue(Directory.Exists(Path.Combine(runner.Run.LayoutFolder!, "blobs", "sha256")));
        Assert.AreEqual("""{"auths":{}}""", System.Text.Encoding.UTF8.GetString(runner.Run.DockerConfig.Span));
        Assert.AreEqual("FROM scratch\nCOPY a /\n", runner.Run.Dockerfile);
    }

    private async Task<BuilderProbe> ProbeAsync(string named, string[] usable)
    {
        RunnerStandIn[] runners = [.. new[] { "docker", "podman", "executor", "kubernetes" }.Select(name => new RunnerStandIn(name, new KanikoOutcome(0, "")) { IsUsable = usable.Contains(name) })];
        using var registries = Registries();
        return await Builder(registries, runners).ProbeAsync(SampleBuild.Of(context, "FROM scratch\n", log, ("KanikoRunner", named)), context.CancellationToken);
    }

    private async Task<string> RefusedAsync(RunnerStandIn runner, params (string, string)[] properties)
    {
        using var registries = Registries();
        var build = SampleBuild.Of(context, "FROM scratch\nCOPY a /\n", log, [("ContainerArchiveOutputPath", "x.tar"), .. properties]);
        return (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Builder(registries, [runner]).BuildAsync(build, context.CancellationToken))).Diagnostics.Single().Descriptor.Code;
    }

    private RegistryConnections Registries() => new(new RegistryOptions { Log = log });

    private static KanikoBuilder Builder(RegistryConnections registries, IReadOnlyList<IKanikoRunner> runners) => new(new BuilderSurroundings(registries, _ => null, _ => null), runners);

    private sealed class RunnerStandIn(string name, KanikoOutcome outcome) : IKanikoRunner
    {
        public string Name => name;

        public bool ReachesFolders { get; init; } = true;

        public bool IsUsable { get; init; } = true;

        public KanikoRun? Run { get; private set; }

        public ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken) => ValueTask.FromResult(IsUsable
            ? new BuilderProbe(true, $"{name} by itself")
            : new BuilderProbe(false, $"{name} is not there", ToolBuildDiagnostics.ToolMissing.With(name, "no") with { Message = $"{name} is not there." }));

        public Task<KanikoOutcome> RunAsync(KanikoRun run, CancellationToken cancellationToken)
        {
            Run = run;
            return Task.FromResult(outcome);
        }
    }
}
