using System.Text;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Docker;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Docker;

/// <summary>Answers that no real engine gives, or not on request.</summary>
[TestClass]
public sealed class ClassicStandInEngineTests(TestContext context)
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Step = """{"stream":"Step 1/2 : FROM scratch"}{"stream":"\n"}{"stream":"Step 2/2 : RUN x"}{"stream":"\n"}{"stream":"said\n"}""";
    private const string Built = Step + """{"aux":{"ID":"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}}""";
    private readonly RecordingLog log = new();

    [TestMethod]
    [DataRow(Step + "{\"stream\":\"cut", "OFB2419", "cut off")]
    [DataRow(Step + "<html>", "OFB2419", "no JSON object")]
    [DataRow(Step + "{\"a\":,}", "OFB2419", "no JSON")]
    [DataRow(Step, "OFB2421", "not which image")]
    [DataRow(Step + "{\"aux\":{\"ID\":\"" + Hex + "\"}}", "OFB2421", "not which image")]
    [DataRow(Built + "{\"errorDetail\":{\"code\":9,\"message\":\"The command returned a non-zero code: 9\"}}", "OFB2410", "exit code 9. Its last output: said.")]
    [DataRow(Built + "{\"error\":\"no space left on device\"}", "OFB2418", "is full")]
    [DataRow("", "OFB2421", "not which image")]
    public async Task Build_Case83AnswerWithoutAnImage_IsACodedError(string answer, string code, string message)
    {
        await using var engine = Engine(_ => new StandInReply(200, answer));

        var diagnostic = await FailAsync(engine);

        Assert.AreEqual(code, diagnostic.Descriptor.Code, diagnostic.Message);
        Assert.Contains(message, diagnostic.Message);
    }

    [TestMethod]
    public async Task Build_Case83GiantObject_IsBounded()
    {
        await using var engine = Engine(_ => new StandInReply(200, Step + "{\"stream\":\"" + new string('x', 3 << 20)));

        var diagnostic = await FailAsync(engine);

        Assert.AreEqual("OFB2419", diagnostic.Descriptor.Code);
        Assert.Contains("longer than", diagnostic.Message);
        Assert.IsLessThan(3000, diagnostic.Message.Length);
    }

    [TestMethod]
    [DataRow(400, "{\"message\":\"dockerfile parse error line 2: unknown instruction: FOO\"}", "OFB2412", 2)]
    [DataRow(500, "{\"message\":\"failed to reach build target x in Dockerfile\"}", "OFB2413", 0)]
    [DataRow(500, "{\"message\":\"Cannot locate specified Dockerfile: x\\u001b[2J\"}", "OFB2420", 0)]
    [DataRow(502, "<html>gateway</html>", "OFB2420", 0)]
    public async Task Build_EngineRefuses_IsACodedError(int status, string body, string code, int line)
    {
        await using var engine = Engine(_ => new StandInReply(status, body));

        var diagnostic = await FailAsync(engine);

        Assert.AreEqual(code, diagnostic.Descriptor.Code, diagnostic.Message);
        Assert.AreEqual(line, diagnostic.Location?.Line);
        Assert.DoesNotContain('\u001b', diagnostic.Message);
    }

    [TestMethod]
    public async Task Build_ConnectionIsCut_IsACodedError()
    {
        await using var engine = Engine(_ => new StandInReply(200, Built) { CutAt = 40 });

        Assert.AreEqual("OFB2419", (await FailAsync(engine)).Descriptor.Code);
    }

    [TestMethod]
    [DataRow("[]")]
    [DataRow("this is no archive, and it is longer than one block of an archive is, so that the header of the first entry is read ........................................................................................................................................................................................................................................................................................................................................................................................................................")]
    public async Task Build_ArchiveOfTheImageIsNone_IsACodedError(string archive)
    {
        await using var engine = Engine(request => new StandInReply(200, request.Path.Contains("/build", StringComparison.Ordinal) ? Built : archive));

        var diagnostic = await FailAsync(engine);

        Assert.AreEqual("OFB2425", diagnostic.Descriptor.Code, diagnostic.Message);
    }

    [TestMethod]
    public async Task Build_Request_HoldsWhatTheBuildAsksFor()
    {
        await using var engine = Engine(_ => new StandInReply(200, Step));

        await FailAsync(engine, ("ContainerTarget", "wanted"), ("ContainerNoCache", "true"), ("ContainerPull", "always"), ("ContainerNetwork", "none"));

        var request = engine.Requests.Single(request => request.Path.Contains("/build", StringComparison.Ordinal));
        Assert.StartsWith("/v1.41/build?version=1&dockerfile=.openfaas.Dockerfile&rm=1&forcerm=1&platform=linux%2F", request.Target);
        foreach (var part in new[] { "&target=wanted", "&nocache=1", "&pull=1", "&networkmode=none", "&buildargs=%7B%7D" })
        {
            Assert.Contains(part, request.Query);
        }

        Assert.DoesNotContain("&t=", request.Query, "An image for an archive gets no name in the engine.");
        Assert.IsFalse(request.Headers.ContainsKey("x-registry-config"), "There are no credentials.");
        Assert.AreEqual("application/x-tar", request.Headers["content-type"]);
    }

    [TestMethod]
    public async Task Probe_EngineIsTooOld_TellsWhyNot()
    {
        await using var engine = new StandInServer(_ => new StandInReply(200, "OK", ("Api-Version", "1.24")));
        using var registries = Registries();
        await using var builder = Builder(registries);

        var probe = await builder.ProbeAsync(Build(engine), context.CancellationToken);

        Assert.IsFalse(probe.Usable);
        Assert.Contains("1.40 is needed", probe.Reason);
    }

    private static DockerBuilder Builder(RegistryConnections registries) => new(new BuilderSurroundings(registries, _ => null, _ => null), BuilderStandIn.Usable("docker"));

    private static StandInServer Engine(Func<StandInRequest, StandInReply> answer) => new(
        request => request.Path.EndsWith("/_ping", StringComparison.Ordinal)
            ? new StandInReply(200, "OK", ("Api-Version", "1.41"), ("Ostype", "linux"))
            : answer(request));

    private RegistryConnections Registries() => new(new RegistryOptions { Log = log });

    private ImageBuild Build(StandInServer engine, params IReadOnlyList<(string Name, string Value)> properties) => SampleBuild.Of(
        context, "FROM scratch AS wanted\nRUN x\n", log,
        [("ContainerBuilder", "docker"), ("DockerBuildKit", "false"), ("ContainerBuilderEndpoint", engine.Url), ("ContainerArchiveOutputPath", "x.tar"), .. properties]);

    private async Task<Diagnostic> FailAsync(StandInServer engine, params IReadOnlyList<(string Name, string Value)> properties)
    {
        using var registries = Registries();
        await using var builder = Builder(registries);
        return (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => builder.BuildAsync(Build(engine, properties), context.CancellationToken))).Diagnostics[0];
    }
}
