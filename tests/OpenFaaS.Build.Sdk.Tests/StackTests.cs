using System.Text.Json;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>Shape C with the packed SDK: an existing stack.yaml beside a project that holds nothing.</summary>
[TestClass]
public sealed class StackTests(TestContext context)
{
    [TestMethod]
    public async Task Publish_Stack_BuildsEveryFunctionThatFaasCliWouldBuild()
    {
        var project = Stack();

        var result = (await project.PublishAsync("-p:ContainerArchiveOutputPath=out/", "-p:ContainerMetadataFile=out/", "-p:ContainerDigestFile=out/{function}.txt")).ShouldSucceed();

        CollectionAssert.AreEquivalent(
            new[] { "one.oci.tar", "two.oci.tar", "one.image.json", "two.image.json", "one.txt", "two.txt" },
            Directory.GetFiles(project.At("out")).Select(path => Path.GetFileName(path)).ToArray());
        Assert.Contains("Functions -> ", result.Output);
        foreach (var (function, repository, tag) in new[] { ("one", "ex/one", "0.1"), ("two", "library/two", "latest") })
        {
            var metadata = JsonDocument.Parse(File.ReadAllBytes(project.At($"out/{function}.image.json"))).RootElement;
            Assert.AreEqual(tag, metadata.GetProperty("Tags").GetString());
            Assert.AreEqual(function, metadata.GetProperty("FunctionName").GetString());
            Assert.AreEqual(repository.Replace("library/", "", StringComparison.Ordinal), metadata.GetProperty("Repository").GetString());
            Assert.IsTrue(File.Exists(project.At($"obj/Release/openfaas/{function}.request.json")), function);
        }
    }

    [TestMethod]
    public async Task PublishFunction_Stack_ReturnsAnItemAFunctionAndNoScalars()
    {
        var project = Stack();

        var result = (await project.DotNetAsync(
            "publish", "-t:PublishFunction", "-p:ContainerArchiveOutputPath=out/", "-getTargetResult:PublishFunction", "-getProperty:GeneratedContainerDigest")).ShouldSucceed();

        var answer = JsonDocument.Parse(result.Output).RootElement;
        var items = answer.GetProperty("TargetResults").GetProperty("PublishFunction").GetProperty("Items").EnumerateArray().ToList();
        CollectionAssert.AreEqual(new[] { "one", "two" }, items.Select(item => item.GetProperty("FunctionName").GetString()).ToArray());
        Assert.AreEqual("", answer.GetProperty("Properties").GetProperty("GeneratedContainerDigest").GetString());
    }

    [TestMethod]
    public async Task Shrinkwrap_Stack_WritesAContextAFunction()
    {
        var project = Stack();

        (await project.DotNetAsync("build", "-t:Shrinkwrap", "-c", "Release")).ShouldSucceed();

        Assert.AreEqual("one", File.ReadAllText(project.At("obj/Release/openfaas/context/one/function/text")));
        Assert.AreEqual("two", File.ReadAllText(project.At("obj/Release/openfaas/context/two/function/text")));
        Assert.IsFalse(Directory.Exists(project.At("obj/Release/openfaas/context/skipped")));
        Assert.AreEqual("shared", File.ReadAllText(project.At("obj/Release/openfaas/context/two/function/common/shared")));
    }

    [TestMethod]
    [DataRow("-p:FunctionFilter=t*", "two")]
    [DataRow("-p:FunctionRegex=^on", "one")]
    public async Task Publish_Selection_BuildsTheSelected(string argument, string expected)
    {
        var project = Stack();

        (await project.PublishAsync("-p:ContainerArchiveOutputPath=out/", argument)).ShouldSucceed();

        CollectionAssert.AreEqual(new[] { expected + ".oci.tar" }, Directory.GetFiles(project.At("out")).Select(path => Path.GetFileName(path)).ToArray());
    }

    [TestMethod]
    public async Task Publish_OneFunctionFails_OthersArePublishedAndTheResultNamesEach()
    {
        var project = Stack();
        project.Write("template/broken/Dockerfile", "FROM scratch\nRUN true\n");
        File.AppendAllText(project.At("stack.yaml"), "  three:\n    lang: broken\n    handler: ./one\n");

        var result = await project.PublishAsync("-p:ContainerArchiveOutputPath=out/", "-p:ContainerBuilder=embedded");

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains("OFB1014: 1 of 3 functions failed: three (OFB2101). Published: one, two.", result.Output);
        Assert.Contains("OFB2101", result.Output);
        Assert.IsTrue(File.Exists(project.At("out/one.oci.tar")) && File.Exists(project.At("out/two.oci.tar")) && !File.Exists(project.At("out/three.oci.tar")));
    }

    [TestMethod]
    [DataRow("-p:ContainerMetadataFile=out/all.json", "OFB1016")]
    [DataRow("-p:ContainerRepository=same", "OFB1015")]
    [DataRow("-p:FunctionFilter=nothing", "OFB11")]
    [DataRow("-p:FunctionStackFile=nowhere.yaml", "OFB11")]
    public async Task Publish_WrongInput_IsOneCodedErrorAndBuildsNothing(string argument, string code)
    {
        var project = Stack();

        var result = await project.PublishAsync("-p:ContainerArchiveOutputPath=out/", argument, "-p:ContainerImageTag=1");

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains($"error {code}", result.Output);
        Assert.DoesNotContain("MSB4018", result.Output);
        Assert.IsFalse(Directory.Exists(project.At("out")));
    }

    [TestMethod]
    public async Task Publish_Again_BuildsNothing()
    {
        var project = Stack();
        (await project.PublishAsync("-p:ContainerArchiveOutputPath=out/")).ShouldSucceed();
        var first = File.GetLastWriteTimeUtc(project.At("out/one.oci.tar"));

        // Which functions are built is no property of any of them.
        var result = (await project.PublishAsync("-p:ContainerArchiveOutputPath=out/", "-v:normal", "-p:FunctionParallelism=1", "-p:FunctionFilter=one")).ShouldSucceed();

        Assert.Contains("Nothing has changed", result.Output);
        Assert.AreEqual(first, File.GetLastWriteTimeUtc(project.At("out/one.oci.tar")));
    }

    [TestMethod]
    public async Task Clean_Stack_LeavesNothing()
    {
        var project = Stack();
        (await project.PublishAsync("-p:ContainerPush=false", "-p:LocalRegistry=", "-p:ContainerArchiveOutputPath=bin/Release/")).ShouldSucceed();
        Assert.IsTrue(File.Exists(project.At("bin/Release/one.oci.tar")));

        (await project.DotNetAsync("clean", "-c", "Release")).ShouldSucceed();

        Assert.IsEmpty(project.Files().Where(path => path.EndsWith(".oci.tar", StringComparison.Ordinal) || path.Contains("openfaas/", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Publish_StackBesideProjectWithTemplate_IsNotRead()
    {
        var project = FunctionProject.AnyLanguage(context);
        project.Write("stack.yaml", "this: [is no stack\n");

        (await project.PublishAsync("-p:ContainerArchiveOutputPath=out/")).ShouldSucceed();
    }

    private FunctionProject Stack()
    {
        var project = new FunctionProject(context);
        project.Write("Functions.csproj", $"""<Project Sdk="OpenFaaS.Build.Sdk/{PackedSdk.Version}" />""");
        project.Write("template/plain/Dockerfile", "FROM scratch\nCOPY . /\nCMD [\"/run\"]\n");
        project.Write("template/plain/template.yml", "language: plain\nfprocess: /run\nwelcome_message: hello\n");
        project.Write("one/text", "one");
        project.Write("two/text", "two");
        project.Write("common/shared", "shared");
        project.Write("stack.yaml", """
            version: 1.0
            provider:
              name: openfaas
              gateway: http://127.0.0.1:8080
            x-common: &common
              lang: plain
            configuration:
              copy:
                - ./common
            functions:
              one:
                <<: *common
                handler: ./one
                image: ${PREFIX:-ex}/one:0.1
              skipped:
                <<: *common
                handler: ./nowhere
                image: ex/skipped
                skip_build: true
              two:
                <<: *common
                handler: ./two

            """);
        return project;
    }
}
