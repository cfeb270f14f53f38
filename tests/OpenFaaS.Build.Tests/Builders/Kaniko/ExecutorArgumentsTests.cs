using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Kaniko;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Kaniko;

[TestClass]
public sealed class ExecutorArgumentsTests(TestContext context)
{
    private const string Dockerfile = "FROM scratch AS wanted\nARG TOKEN\nARG TARGETOS\n";

    [TestMethod]
    public void Of_Everything_IsToldWithoutHiddenValues()
    {
        var build = Build(("ContainerTarget", "wanted"), ("ContainerPlatforms", "linux/arm64")) with { Arguments = new Dictionary<string, string> { ["TOKEN"] = "s3cret", ["OPEN"] = "a b" } };
        build = build with { Function = build.Function with { Builder = build.Function.Builder with { HiddenArguments = new HashSet<string> { "TOKEN" } } } };
        ImageReference[] names = [Image("127.0.0.1:5000/f:one"), Image("127.0.0.1:5000/f:two")];
        var cache = new ExecutorCache(Image("r.example/cache"), IsWritten: true);

        var arguments = ExecutorArguments.Of(build, DockerfileParser.Parse(Dockerfile, "Dockerfile"), names, cache, [.. names, .. cache.References]);

        CollectionAssert.AreEqual(
            new[]
            {
                "--log-format=json", "--skip-unused-stages", "--custom-platform=linux/arm64", "--image-download-retry=3",
                "--destination=127.0.0.1:5000/f:one", "--destination=127.0.0.1:5000/f:two", "--push-retry=3", "--target=wanted",
                "--build-arg=OPEN=a b", "--build-arg=TARGETOS=linux", "--build-arg=TOKEN", "--cache=true", "--cache-repo=r.example/cache", "--insecure-registry=127.0.0.1:5000",
            },
            arguments.ToArray());
        CollectionAssert.AreEqual(new[] { new KeyValuePair<string, string>("TOKEN", "s3cret") }, ExecutorArguments.Variables(build).ToArray());
    }

    [TestMethod]
    [DataRow("DOCKER_CONFIG")]
    [DataRow("PATH")]
    [DataRow("KANIKO_DIR")]
    [DataRow("FF_KANIKO_COPY_AS_ROOT")]
    [DataRow("LD_PRELOAD")]
    public void Variables_NameThatSteersTheExecutor_IsRefused(string name)
    {
        var build = Build() with { Arguments = new Dictionary<string, string> { [name] = "x" } };
        build = build with { Function = build.Function with { Builder = build.Function.Builder with { HiddenArguments = new HashSet<string> { name } } } };

        Assert.AreEqual("OFB2713", Assert.ThrowsExactly<DiagnosticException>(() => ExecutorArguments.Variables(build)).Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public void Cache_Items_AreOneRepositoryOrAnError()
    {
        ExecutorCache Read(string[] from, string[] to, bool noCache = false) =>
            ExecutorCache.Read(Build().Function.Builder with { NoCache = noCache, Steps = new StepsModel { CacheFrom = from, CacheTo = to } }, new SourceLocation("p", 1));
        string Refused(string[] from, string[] to, bool noCache = false) => Assert.ThrowsExactly<DiagnosticException>(() => Read(from, to, noCache)).Diagnostics.Single().Message;

        Assert.IsEmpty(Read([], []).Arguments.ToList());
        CollectionAssert.AreEqual(new[] { "--cache=true", "--cache-repo=r.example/c", "--no-push-cache" }, Read(["type=registry,ref=r.example/c:tag"], []).Arguments.ToArray());
        CollectionAssert.AreEqual(new[] { "--cache=true", "--cache-repo=r.example/c" }, Read(["r.example/c"], ["type=registry,ref=r.example/c,mode=max"]).Arguments.ToArray());
        Assert.IsEmpty(Read(["r.example/c"], [], noCache: true).Arguments.ToList());
        Assert.Contains("r.example/d", Refused(["r.example/c"], ["r.example/d"]));
        Assert.Contains("no cache in a registry", Refused(["type=local,src=x"], []));
        Assert.Contains("compression", Refused([], ["type=registry,ref=r.example/c,compression=zstd"]));
        Assert.Contains("ContainerNoCache", Refused([], ["r.example/c"], noCache: true));
    }

    [TestMethod]
    public void Features_OfTheExecutorAndItsRunner_ChangeWhatIsHonoured()
    {
        BuilderCapabilities Of(KanikoModel kaniko) => ExecutorFeatures.Adjust(CapabilityTable.Of("kaniko"), kaniko);

        Assert.IsFalse(Of(new KanikoModel()).Honours.ContainsKey("here-documents"));
        Assert.IsTrue(Of(new KanikoModel { Features = new HashSet<string> { "heredoc", "mount" } }).Honours.ContainsKey("here-documents"));
        Assert.IsTrue(Of(new KanikoModel { Features = new HashSet<string> { "heredoc", "mount" } }).Honours.ContainsKey("RUN --mount"));
        Assert.IsTrue(Of(new KanikoModel { Runner = "docker" }).Honours.ContainsKey("ContainerBuilderEndpoint"));
        Assert.IsFalse(Of(new KanikoModel { Runner = "executor" }).Honours.ContainsKey("ContainerBuilderEndpoint"));
        Assert.IsFalse(Of(new KanikoModel { Runner = "docker" }).Honours.ContainsKey("ContainerInsecureEndpoint"));
        Assert.IsTrue(Of(new KanikoModel { Runner = "kubernetes" }).Honours.ContainsKey("ContainerInsecureEndpoint"));
    }

    [TestMethod]
    public void Places_OfARun_AreToldWithItsCertificates()
    {
        var run = new KanikoRun
        {
            Build = Build(),
            Dockerfile = "",
            Arguments = ["--no-push"],
            Variables = new Dictionary<string, string>(),
            DockerConfig = default,
            Certificates = new Dictionary<string, string> { ["b.example:5000"] = "B", ["a.example"] = "A" },
            Output = new ExecutorOutput(ProgressMode.Quiet, new RecordingLog()),
        };

        CollectionAssert.AreEqual(
            new[]
            {
                "--context=tar://stdin", "--dockerfile=/d/Dockerfile", "--no-push", "--digest-file=/dev/termination-log",
                "--registry-certificate=a.example=/c/0.crt", "--registry-certificate=b.example:5000=/c/1.crt",
            },
            new ExecutorPlaces("tar://stdin", "/d/Dockerfile", "/dev/termination-log", "/c", null).Arguments(run).ToArray());
    }

    private ImageBuild Build(params (string, string)[] properties) => SampleBuild.Of(context, Dockerfile, new RecordingLog(), properties);

    private static ImageReference Image(string text) => ImageReference.TryParse(text, out var image) ? image : throw new ArgumentException(text);
}
