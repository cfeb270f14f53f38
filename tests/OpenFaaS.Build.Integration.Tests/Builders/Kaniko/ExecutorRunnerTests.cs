using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Builders.Kaniko;
using OpenFaaS.Build.Builders.Kaniko.Runners;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko;

/// <summary>The executor as a program beside the worker. It is the stand-in always: the real one would replace this machine's root file system.</summary>
[TestClass]
[RequiresService("buildah"), RequiresService("tools")]
public sealed class ExecutorRunnerTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Build_InAContainer_GivesTheImageAndWarnsOfWhatIsReplaced()
    {
        var image = await BuildAsync("container=test");

        Assert.AreEqual(Oci.MediaTypes.DockerManifest, image.Descriptor.MediaType);
        Assert.HasCount(1, image.Platforms);
        Assert.AreEqual("OFB2706", log.Diagnostics.Single().Descriptor.Code);
    }

    [TestMethod]
    public async Task Build_OutsideAContainer_IsRefusedAndNotForced()
    {
        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => BuildAsync("STANDIN_OUTSIDE=yes"))).Diagnostics.Single();

        Assert.AreEqual("OFB2704", failure.Descriptor.Code);
    }

    [TestMethod]
    public async Task Build_ContextOnTheRootFileSystem_IsRefusedBeforeTheExecutorStarts()
    {
        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => BuildAsync("container=test", isKept: false))).Diagnostics.Single();

        Assert.AreEqual("OFB2705", failure.Descriptor.Code);
        Assert.IsFalse(Directory.Exists(Path.Combine(context.Folder(), "temporary", "context")));
    }

    [TestMethod]
    public async Task Publish_ExecutorThatIsNotThere_NamesWhereItWasLookedFor()
    {
        var function = new BuildKitFunction(context, "", BuildKitFunction.WithShell).ToRegistry()
            .Set("ContainerNetwork", "").Set("ContainerBuilder", "kaniko").Set("KanikoRunner", "executor").Set("KanikoExecutor", "/nowhere/executor");

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2600", failure.Descriptor.Code);
        Assert.Contains("/nowhere/executor", failure.Message);
    }

    private async Task<BuiltImage> BuildAsync(string variable, bool isKept = true)
    {
        var program = Path.Combine(context.Folder(), "executor");
        await Tool.WriteScriptAsync(program, $"#!/bin/sh\nexport {variable}\nexec '{KanikoExecutor.Program}' \"$@\"\n", context.CancellationToken);
        var dockerfile = BuildKitFunction.WithShell + "RUN echo made > /made\n";
        var function = new BuildKitFunction(context, "", dockerfile).Set("ContainerNetwork", "").Set("ContainerBuilder", "kaniko")
            .Set("KanikoExecutor", program).Set("ContainerArchiveOutputPath", "image.tar");
        await using var session = await SingleFunction.OpenAsync(function.Request(), _ => null, log, context.CancellationToken);
        var build = new ImageBuild(
            FunctionModelReader.Read(function.Request(), _ => null),
            new FileSet(DirectoryScanner.Scan(function.Folder, new ScanOptions(), log)),
            dockerfile,
            "Dockerfile",
            new Dictionary<string, string>(),
            Directory.CreateDirectory(Path.Combine(context.Folder(), "temporary")).FullName,
            log);
        var runner = new ExecutorRunner(_ => null, new KeptFolders(() => isKept ? [$"36 22 98:0 / {build.TemporaryFolder} rw"] : []));
        var result = await new KanikoBuilder(new BuilderSurroundings(session.Registries, _ => null, _ => null), [runner]).BuildAsync(build, context.CancellationToken);
        return result.Image!;
    }
}
