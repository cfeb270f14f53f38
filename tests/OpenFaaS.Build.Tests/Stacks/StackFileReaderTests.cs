using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Stacks;

namespace OpenFaaS.Build.Tests.Stacks;

/// <summary>One row for each rule of how faas-cli reads stack files.</summary>
[TestClass]
public sealed class StackFileReaderTests(TestContext context)
{
    private const string Full = """
        version: 1.0
        provider:
          name: openfaas
          gateway: http://127.0.0.1:8080
        x-common: &common
          lang: node
          labels: {team: a, tier: 010}
        configuration:
          templates:
            - name: node@1.2
              source: https://example.com/templates
            - name: python
          copy: [./common, data]
        functions:
          one:
            <<: *common
            handler: ./one
            image: ${REGISTRY:-docker.io}/one:${TAG}
            fprocess: node index.js
            environment: {A: true, B: 1.50, C: ~, D: 2024-01-02}
            environment_file: [env.yaml]
            secrets: [s1, s2]
            skip_build: true
            constraints: ["node == x"]
            annotations: {topic: on}
            limits: {memory: 40Mi, cpu: 100m}
            requests: {memory: 20Mi}
            readonly_root_filesystem: yes
            build_options: [dev, debug]
            build_args: {X: 1, Y: ~}
            build_secrets: {npm: ./npmrc}
            platforms: linux/amd64,linux/arm64
            namespace: dev
          1:
        """;

    [TestMethod]
    public void Read_EveryKey_IsRead()
    {
        var sample = new StackSample(context, Full);

        var stack = sample.Read(true, ("TAG", "7"));

        Assert.IsEmpty(sample.Log.Diagnostics);
        Assert.AreEqual(sample.Folder, stack.Folder);
        Assert.AreEqual("http://127.0.0.1:8080", stack.Gateway!.Value);
        Assert.AreEqual("node@1.2=https://example.com/templates python=", string.Join(' ', stack.Templates.Select(t => $"{t.Name.Value}={t.Source?.Value}")));
        Assert.AreEqual("./common data", Join(stack.Copy));
        Assert.AreEqual("one 1", string.Join(' ', stack.Functions.Select(f => f.Name)));
        var one = stack.Functions[0];
        Assert.AreEqual(new SourceLocation(sample.Path, 15, 3), one.At);
        Assert.AreEqual("node ./one docker.io/one:7 linux/amd64,linux/arm64", Join([one.Lang!, one.Handler!, one.Image!, one.Platforms!]));
        Assert.AreEqual(new SourceLocation(sample.Path, 18, 12), one.Image!.At);
        Assert.AreEqual(new SourceLocation(sample.Path, 6, 9), one.Lang!.At);
        Assert.IsTrue(one.SkipBuild);
        Assert.AreEqual("dev debug", Join(one.BuildOptions));
        Assert.AreEqual("X=1 Y=", Join(one.BuildArgs));
        Assert.AreEqual("npm=./npmrc", Join(one.BuildSecrets));
    }

    [TestMethod]
    public void Read_RunSettings_KeepTheirText()
    {
        var run = new StackSample(context, Full).Read(true, ("TAG", "7")).Functions[0].Run;

        Assert.AreEqual("node index.js", run.Process);
        Assert.AreEqual("dev", run.Namespace);
        Assert.AreEqual("A=true B=1.50 C= D=2024-01-02", string.Join(' ', run.Environment.Select(v => $"{v.Key}={v.Value}")));
        Assert.AreEqual("env.yaml", Join(run.EnvironmentFiles));
        Assert.AreEqual("s1 s2", string.Join(' ', run.Secrets));
        Assert.AreEqual("node == x", run.Constraints.Single());
        Assert.AreEqual("010", run.Labels["tier"]);
        Assert.AreEqual("on", run.Annotations["topic"]);
        Assert.AreEqual(new StackResources("40Mi", "100m"), run.Limits);
        Assert.AreEqual(new StackResources("20Mi", null), run.Requests);
        Assert.IsTrue(run.ReadOnlyRootFileSystem);
    }

    [TestMethod]
    public void Read_TenThousandFunctions_AreRead()
    {
        var functions = string.Concat(Enumerable.Range(0, 10_000).Select(number => $"  f{number}: {{lang: a, handler: b, image: c:{number}}}\n"));

        Assert.HasCount(10_000, new StackSample(context, StackSample.Head + "functions:\n" + functions).Read().Functions);
    }

    [TestMethod]
    public void Read_NullFunction_HasNothing()
    {
        var function = new StackSample(context, Full).Read(true, ("TAG", "7")).Functions[1];

        Assert.AreEqual("1", function.Name);
        Assert.IsNull(function.Lang);
        Assert.IsFalse(function.SkipBuild);
        Assert.IsEmpty(function.BuildArgs);
        Assert.IsNull(function.Run.Limits);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("functions:\n")]
    [DataRow("functions: {}\n")]
    [DataRow("version: 1.0\n")]
    [DataRow("version: '1.0'\n")]
    [DataRow("version: ''\n")]
    [DataRow("---\nversion:\n")]
    [DataRow("configuration:\n")]
    [DataRow("configuration: {templates: ~, copy: ~}\n")]
    public void Read_FewKeys_AreEnough(string yaml)
    {
        var stack = new StackSample(context, yaml + StackSample.Head + "---\n]not yaml\n").Read();

        Assert.IsEmpty(stack.Functions);
        Assert.IsEmpty(stack.Copy);
    }

    [TestMethod]
    [DataRow("", "OFB1106 0:0")]
    [DataRow("provider:\n", "OFB1106 0:0")]
    [DataRow("Provider: {name: openfaas}\n", "OFB1106 0:0")]
    [DataRow("provider: {name: faas}\n", "OFB1106 1:18")]
    [DataRow("provider: {name: OpenFaaS}\n", "OFB1106 1:18")]
    [DataRow("version: 1\n" + StackSample.Head, "OFB1107 1:10")]
    [DataRow("version: 1.1\n" + StackSample.Head, "OFB1107 1:10")]
    [DataRow(StackSample.Head + "functions: [a]\n", "OFB1104 2:12 The stack file 'stack.yaml' is not used: 'functions' is a list where a mapping belongs.")]
    [DataRow(StackSample.Head + "functions: {a: text}\n", "OFB1104 2:16 The stack file 'stack.yaml' is not used: 'functions.a' is a text where a mapping belongs.")]
    [DataRow(StackSample.Head + "functions: {a: {lang: [x]}}\n", "OFB1104 2:23 The stack file 'stack.yaml' is not used: 'functions.a.lang' is a list where a text belongs.")]
    [DataRow(StackSample.Head + "functions: {a: {labels: {x: [1]}}}\n", "OFB1104 2:29 The stack file 'stack.yaml' is not used: 'functions.a.labels.x' is a list where a text belongs.")]
    [DataRow(StackSample.Head + "functions: {a: {secrets: x}}\n", "OFB1104 2:26 The stack file 'stack.yaml' is not used: 'functions.a.secrets' is a text where a list belongs.")]
    [DataRow(StackSample.Head + "functions: {a: {secrets: [{x: y}]}}\n", "OFB1104 2:27 The stack file 'stack.yaml' is not used: 'functions.a.secrets[0]' is a mapping where a text belongs.")]
    [DataRow(StackSample.Head + "functions: {a: {skip_build: maybe}}\n", "OFB1104 2:29 The stack file 'stack.yaml' is not used: 'functions.a.skip_build' is a text where true or false belongs.")]
    [DataRow(StackSample.Head + "functions: {a: {skip_build: 'true'}}\n", "OFB1104 2:29")]
    [DataRow(StackSample.Head + "functions: {a: {limits: 5}}\n", "OFB1104 2:25")]
    [DataRow(StackSample.Head + "configuration: {templates: [{source: x}]}\n", "OFB1104 2:29 The stack file 'stack.yaml' is not used: 'configuration.templates[0].name' is missing.")]
    [DataRow(StackSample.Head + "functions: {a: {}, a: {}}\n", "OFB1101 2:20")]
    [DataRow("[provider]\n", "OFB1104 1:1")]
    [DataRow("provider: [\n", "OFB1101 ")]
    [DataRow("# fine\nprovider: ${A-b}\n", "OFB1110 2:11")]
    public void Read_Malformed_IsCodedErrorWithPlace(string yaml, string expected) => Assert.StartsWith(expected, new StackSample(context, yaml).Errors()[0]);

    [TestMethod]
    public void Read_SeveralMistakes_AreToldAtOnce() =>
        Assert.HasCount(4, new StackSample(context, "version: 2\nprovider: {name: x}\nfunctions: {a: {lang: []}, b: {copy: [], secrets: 1}}\n").Errors());

    [TestMethod]
    public void Read_VersionAndProvider_AreNotQuotedInErrors() =>
        Assert.DoesNotContain("secret", string.Join(' ', new StackSample(context, "version: secret\nprovider: {name: secret}\n").Errors()));

    [TestMethod]
    public void Read_WithoutSubstitution_KeepsReferences() =>
        Assert.AreEqual("${X-y}", new StackSample(context, StackSample.Head + "functions: {a: {image: '${X-y}'}}\n").Read(substitute: false).Functions[0].Image!.Value);

    private static string Join(IEnumerable<StackText> texts) => string.Join(' ', texts.Select(text => text.Value));

    private static string Join(IEnumerable<KeyValuePair<string, StackText>> pairs) => string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value.Value}"));
}
