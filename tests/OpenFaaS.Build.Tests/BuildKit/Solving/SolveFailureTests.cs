using Grpc.Core;
using OpenFaaS.Build.BuildKit.Solving.Failures;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Transfer;
using OpenFaaS.Build.BuildKit.Wire.Control;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;
using static OpenFaaS.Build.Tests.BuildKit.Solving.Messages;

namespace OpenFaaS.Build.Tests.BuildKit.Solving;

/// <summary>Errors in the words of BuildKit 0.13 (with details) and of the one in Docker 20.10 (without).</summary>
[TestClass]
public sealed class SolveFailureTests
{
    private const string File = "FROM scratch\nCOPY busybox /b\nRUN exit 7\n";
    private const string Metadata = "[internal] load metadata for 127.0.0.1:1/x/y:1";

    private readonly RecordingLog log = new();

    [TestMethod]
    public void Of_StepWithDetails_HasLineExitCodeAndOutput()
    {
        var failure = Of(
            Errors.With(
                "failed to solve: process \"/b sh -c exit 7\" did not complete successfully: exit code: 7",
                Errors.Source("Dockerfile", 3, File), Errors.Vertex(Digest('a')), Errors.Exit(7)),
            With(Step('b', "[1/2] COPY", 0, 1, error: "context canceled"), Step('a', "[2/2] RUN exit 7", 0, 1, error: "exit code: 7")),
            With(Log('a', "first\nsecond \u001b[31mred\u001b[0m\n")));

        Assert.AreEqual("OFB5401", failure.Descriptor.Code);
        Assert.AreEqual(new SourceLocation("/src/hello/Dockerfile", 3), failure.Location);
        Assert.StartsWith("The step '[2/2] RUN exit 7' ended with exit code 7. Its last output: first | second red. ", failure.Message);
    }

    [TestMethod]
    public void Of_OldStepWithoutDetails_HasExitCodeAndOutput()
    {
        var failure = Of(
            Errors.With("executor failed running [/b sh -c exit 7]: exit code: 7"),
            With(Step('a', "[2/2] RUN exit 7", 0, 1, error: "executor failed running [/b sh -c exit 7]: exit code: 7")));

        Assert.AreEqual("OFB5401", failure.Descriptor.Code);
        Assert.Contains("exit code 7. It printed nothing.", failure.Message);
        Assert.AreEqual("/src/hello/Dockerfile", failure.Location?.File);
    }

    [TestMethod]
    public void Of_StepThatIsToldToAnotherBuild_QuotesTheDaemon()
    {
        var failure = Of(Errors.With("executor failed running [/b sh -c exit 7]: exit code: 7"));

        Assert.StartsWith("The step '(not named)' ended with exit code 7. The daemon tells only: executor failed running [/b sh -c exit 7]: exit code: 7. ", failure.Message);
    }

    [TestMethod]
    public void Of_OldDaemonWithAHarmlessFailureBefore_NamesTheStepOfItsText()
    {
        var failure = Of(
            Errors.With("executor failed running [/b]: exit code: 7"),
            With(Step('b', "importing cache manifest from x", 0, 1, error: "x: not found"), Step('a', "[2/2] RUN exit 7", 0, 1, error: "executor failed running [/b]: exit code: 7")));

        Assert.StartsWith("The step '[2/2] RUN exit 7' ended", failure.Message);
    }

    [TestMethod]
    public void Of_OldDaemonAndALongCommand_HasExitCodeOfTheEndAndTheStepOfItsText()
    {
        var text = $"executor failed running [/bin/sh -c echo exit code: 5; echo failed to push; echo no space left on device; : {new string('x', 5000)}]: exit code: 7";
        var failure = Of(
            Errors.With(text),
            With(Step('b', "importing cache manifest from x", 0, 1, error: "x: not found"), Step('a', "[2/2] RUN long", 0, 1, error: text)));

        Assert.AreEqual("OFB5401", failure.Descriptor.Code, failure.Message);
        Assert.StartsWith("The step '[2/2] RUN long' ended with exit code 7.", failure.Message);
    }

    [TestMethod]
    public void Of_LongTextWithoutACode_IsShownWithItsEnd()
    {
        var failure = Of(Errors.With($"begin {new string('x', 5000)} the reason"));

        Assert.Contains("begin xxx", failure.Message);
        Assert.Contains("xxx the reason", failure.Message);
        Assert.IsLessThan(1500, failure.Message.Length);
    }

    [TestMethod]
    [DataRow("[2/3] RUN make   all", 5)]
    [DataRow("[3/3] COPY x y", 8)]
    [DataRow("[1/3] RUN other", 0)]
    [DataRow("[build 1/3] WORKDIR /filled/in", 2)]
    [DataRow("[1/3] ", 0)]
    [DataRow("[internal] load build context", 0)]
    public void Of_StepOfADaemonWithoutDetails_IsFoundInTheDockerfile(string name, int line)
    {
        var files = new FileSet([Bytes.File("Dockerfile", "FROM scratch\nWORKDIR /$x\nRUN test \\\n  one\nrun make \\\n# why\n  all\nCOPY x y\n")]);
        var plan = Plan(log);
        plan = plan with { Session = plan.Session with { Directories = new Dictionary<string, LocalDirectory> { ["dockerfile"] = new(files, null!) } } };

        Assert.AreEqual(line, StepLine.Of(new Step(1, "d", name), plan));
    }

    [TestMethod]
    public void Of_WordsOfTheCommand_AreNotTheDaemons()
    {
        var text = "process \"/bin/sh -c echo no space left on device; echo failed to push; exit 3\" did not complete successfully: exit code: 3";

        Assert.AreEqual("OFB5401", Of(Errors.With(text), With(Step('a', "[2/2] RUN x", 0, 1, error: text))).Descriptor.Code);
    }

    [TestMethod]
    [DataRow("dockerfile parse error on line 2: unknown instruction: FOO (did you mean FROM?)")]
    [DataRow("failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: FOO")]
    [DataRow("failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: Unknown type \"X\" in HEALTHCHECK (try CMD)")]
    public void Of_DockerfileMistake_HasTheLine(string text)
    {
        var failure = Of(Errors.With(text));

        Assert.AreEqual("OFB5403", failure.Descriptor.Code);
        Assert.AreEqual(new SourceLocation("/src/hello/Dockerfile", 2), failure.Location);
        Assert.StartsWith("BuildKit does not understand the Dockerfile: dockerfile parse error", failure.Message);
    }

    [TestMethod]
    [DataRow("failed to solve: target stage \"nix\" could not be found", "OFB5407", "nix")]
    [DataRow("failed to solve with frontend dockerfile.v0: failed to create LLB definition: target stage nix could not be found", "OFB5407", "nix")]
    [DataRow("failed to solve: the Dockerfile cannot be empty", "OFB5403", "cannot be empty")]
    [DataRow("base name (${X}) should not be blank", "OFB5403", "blank")]
    [DataRow("exporter \"oci\" could not be found", "OFB5412", "'oci'")]
    [DataRow("failed to solve: granting entitlement network.host is not allowed by build daemon configuration", "OFB5409", "'network.host'")]
    [DataRow("security.insecure is not allowed", "OFB5409", "'security.insecure'")]
    [DataRow("failed to copy: write /var/lib/x: no space left on device", "OFB5410", "unix:///run/x.sock")]
    [DataRow("frontend dockerfile.v0 not found", "OFB5413", "frontend")]
    [DataRow("failed to push 127.0.0.1:5000/a: unexpected status: 401 Unauthorized", "OFB5418", "401")]
    [DataRow("something else", "OFB5416", "something else")]
    [DataRow("", "OFB5416", "Unknown")]
    public void Of_Text_HasItsCode(string text, string code, string part)
    {
        var failure = Of(Errors.With(text));

        Assert.AreEqual(code, failure.Descriptor.Code);
        Assert.Contains(part, failure.Message);
    }

    [TestMethod]
    [DataRow("127.0.0.1:1/x/y:1: not found", "OFB5404")]
    [DataRow("pulling from host 127.0.0.1:1 failed with status code [manifests 1]: 401 Unauthorized", "OFB5405")]
    [DataRow("unexpected status from HEAD request to http://127.0.0.1:1/v2/x/y/manifests/1: 401 Unauthorized", "OFB5405")]
    [DataRow("pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed", "OFB5405")]
    [DataRow("failed to do request: Head \"https://nix.invalid/v2/x/manifests/1\": dial tcp: lookup nix.invalid on 10.0.0.1:53: no such host", "OFB5406")]
    [DataRow("failed to do request: Head \"https://127.0.0.1:1/v2/x/y/manifests/1\": dial tcp 127.0.0.1:1: connect: connection refused", "OFB5406")]
    public void Of_Image_HasItsCodeAndReference(string text, string code)
    {
        var recent = Of(
            Errors.With($"127.0.0.1:1/x/y:1: failed to resolve source metadata for 127.0.0.1:1/x/y:1: {text}", Errors.Source("Dockerfile", 1, "FROM 127.0.0.1:1/x/y:1\n")),
            With(Step('a', Metadata, 0, 1, error: text)));
        var old = Of(
            Errors.With("failed to solve with frontend dockerfile.v0: failed to create LLB definition: " + text), With(Step('a', Metadata, 0, 1, error: text)));
        var without = Of(Errors.With($"failed to resolve source metadata for 127.0.0.1:1/x/y:1: {text}"));

        foreach (var failure in new[] { recent, old, without })
        {
            Assert.AreEqual(code, failure.Descriptor.Code);
            Assert.Contains("'127.0.0.1:1/x/y:1'", failure.Message);
        }

        Assert.AreEqual(new SourceLocation("/src/hello/Dockerfile", 1), recent.Location);
    }

    [TestMethod]
    [DataRow("failed to compute cache key: \"/nope\" not found: not found")]
    [DataRow("failed to compute cache key: failed to calculate checksum of ref 2gk::z7b: \"/nope\": not found")]
    public void Of_FileThatIsNotThere_IsNamed(string text)
    {
        var failure = Of(Errors.With(text), With(Step('a', "[1/1] COPY nope /", 0, 1, error: text)));

        Assert.AreEqual("OFB5417", failure.Descriptor.Code);
        Assert.Contains("'/nope'", failure.Message);
    }

    [TestMethod]
    public void Of_OtherPlatform_IsSaid()
    {
        var failure = Of(
            Errors.With("process \"/bin/sh -c x\" did not complete successfully: exit code: 255"),
            With(Step('a', "[linux/s390x 2/2] RUN x", 0, 1, error: "exit code: 255")),
            With(Log('a', "exec /bin/sh: exec format error\n")));

        Assert.AreEqual("OFB5408", failure.Descriptor.Code);
    }

    [TestMethod]
    [DataRow("secret token: not found", "OFB5419")]
    [DataRow("no SSH key \"default\" forwarded from the client", "OFB5420")]
    [DataRow("unset ssh forward key \"default\"", "OFB5420")]
    [DataRow("lease does not exist", "OFB5402")]
    public void Of_StepThatCannotStart_HasItsCode(string text, string code) =>
        Assert.AreEqual(code, Of(Errors.With(text), With(Step('a', "[2/2] RUN x", 0, 1, error: text))).Descriptor.Code);

    [TestMethod]
    [DataRow(StatusCode.Unimplemented, "OFB5413")]
    [DataRow(StatusCode.ResourceExhausted, "OFB5414")]
    public void Of_StatusCode_HasItsCode(StatusCode status, string code) => Assert.AreEqual(code, Of(Errors.With(status, "text")).Descriptor.Code);

    private Diagnostic Of(RpcException error, params StatusResponse[] messages)
    {
        var plan = Plan(log);
        var progress = new SolveProgress(plan, null);
        foreach (var message in messages)
        {
            progress.Take(message);
        }

        return new SolveFailure(plan, progress, "unix:///run/x.sock").Of(error).Diagnostics.Single();
    }
}
