using System.Formats.Tar;
using System.IO.Compression;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.BuildKit.Transfer;
using OpenFaaS.Build.Integration.Tests.Builders.Contract;
using OpenFaaS.Build.Integration.Tests.Kubernetes;
using OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko.Kubernetes;

/// <summary>
/// Functions that are published by Kaniko in a cluster. In the double the executor's container is a real one of a Docker Engine, with the stand-in executor,
/// which builds and pushes; a real cluster takes <c>OPENFAAS_TEST_KANIKO_IMAGE</c>, and pushes to <c>OPENFAAS_TEST_KUBERNETES_REGISTRY</c>.
/// </summary>
[TestClass, RequiresClusterExecutor, RequiresClusterRegistry]
[RequiresService("registry"), RequiresService("docker"), RequiresService("tools")]
public sealed class JobPublishTests(TestContext context)
{
    private const string Shell = BuildKitFunction.WithShell;
    private const long LargeFile = 2L << 30;
    private const long MemoryLimit = 250_000_000;

    [TestMethod]
    public async Task Publish_ArgumentsLabelsTargetTags_AreInTheImageOfTheRegistry()
    {
        await using var cluster = Start();
        var canary = Guid.NewGuid().ToString("n");
        var function = Function(cluster, Shell.Replace("FROM scratch", "FROM scratch AS wanted", StringComparison.Ordinal) + "ARG WORD\nRUN echo \"${#WORD}\" > /made\nFROM scratch\nCOPY nothing /\n")
            .Set("ContainerTarget", "wanted").Set("ContainerImageTags", "one;two").Add("ContainerBuildArg", "WORD", "Value", "env:CANARY").Add("ContainerLabel", "test.label", "Value", "a value");
        function.Environment["CANARY"] = canary;

        var image = await function.PublishAsync();

        Assert.AreEqual(image.Digest, await function.AtRegistryAsync("{{.Digest}}", "one"));
        Assert.AreEqual(image.Digest, await function.AtRegistryAsync("{{.Digest}}", "two"));
        Assert.AreEqual("32\n", await function.FileAtRegistryAsync("made", "one"));
        Assert.AreEqual("a value", await function.AtRegistryAsync("{{index .Labels \"test.label\"}}", "one"));
        Assert.DoesNotContain(canary, function.Messages);
    }

    [TestMethod]
    public async Task Publish_StepFails_HasItsExitCodeAndLastLines()
    {
        await using var cluster = Start();
        var function = Function(cluster, Shell + "RUN echo the reason && exit 42\n");

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2602", failure.Descriptor.Code, failure.Message);
        Assert.Contains("42", failure.Message);
        Assert.Contains("the reason", failure.Message);
    }

    [TestMethod]
    public async Task Publish_Cancelled_EndsTheStepAndTheNextPublishWorks()
    {
        await using var cluster = Start();
        var step = new StepProcess();
        var function = Function(cluster, Shell + step.Instruction).Set("ContainerProgress", "plain");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var publish = function.PublishAsync(cancel.Token);
        await Task.WhenAny(publish, TestCluster.Real.Length == 0
            ? step.UntilAsync(isRunning: true, TimeSpan.FromSeconds(120), context.CancellationToken)
            : SaidAsync(function, step.Instruction.Trim()));

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => publish);
        await step.UntilAsync(isRunning: false, TimeSpan.FromSeconds(15), context.CancellationToken);
        function.Write("Dockerfile", Shell + "RUN echo works > /works\n");
        await function.PublishAsync();
        Assert.AreEqual("works\n", await function.FileAtRegistryAsync("works"));
    }

    [TestMethod]
    public async Task Publish_ToAnArchive_IsRefusedBeforeTheJob()
    {
        await using var cluster = Start();
        var function = Function(cluster, Shell).Set("ContainerRegistry", "").Set("ContainerArchiveOutputPath", "image.tar");

        await Assert.ThrowsExactlyAsync<DiagnosticException>(() => function.PublishAsync());

        if (TestCluster.Real.Length == 0)
        {
            Assert.DoesNotContain("create jobs", cluster.Double.Requests);
        }
    }

    [TestMethod, RequiresClusterDouble]
    [TestCategory("slow")]
    [DoNotParallelize]
    public async Task Publish_LargeContext_NeedsLittleMemory()
    {
        var source = new BuildKitFunction(context, "", "FROM scratch\nCOPY busybox /busybox\n").ToRegistry().Set("ContainerBuilder", "embedded").Set("ContainerNetwork", "");
        await source.PublishAsync();
        await using var cluster = TestCluster.Start(context, (start, token) => PushAsync(source.Reference, start, token));
        var function = Function(cluster, "FROM scratch\nCOPY busybox /busybox\n");
        var large = Path.Combine(function.Folder, "large");
        try
        {
            await LargeContext.WriteNoiseAsync(large, LargeFile, context.CancellationToken);

            var peak = await PackedWorker.PeakMemoryAsync(
                function.Request(), Directory.CreateDirectory(Path.Combine(context.Folder(), "worker")).FullName, [new("KUBECONFIG", cluster.Config)], context.CancellationToken);

            context.WriteLine($"Peak memory of the worker: {peak / 1_000_000} MB");
            Assert.IsGreaterThan(0, peak);
            Assert.IsLessThan(MemoryLimit, peak);
        }
        finally
        {
            File.Delete(large);
        }
    }

    // Reads all of the context, and puts another image where the build's belongs.
    private static async Task<int> PushAsync(string image, ContainerStart start, CancellationToken cancellationToken)
    {
        var total = 0L;
        await using (var unpacked = new GZipStream(start.Input, CompressionMode.Decompress))
        await using (var tar = new TarReader(unpacked))
        {
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                total += entry.Length;
            }
        }

        var destination = start.Arguments.First(argument => argument.StartsWith("--destination=", StringComparison.Ordinal))["--destination=".Length..];
        await Tool.RunAsync("skopeo", ["copy", "--src-tls-verify=false", "--dest-tls-verify=false", "docker://" + image, "docker://" + destination], cancellationToken);
        start.Leave((await Tool.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + destination], cancellationToken)).Trim());
        return total > LargeFile ? 0 : 1;
    }

    private TestCluster Start() => TestCluster.Start(context, new StandInContainer(context.Folder()).RunAsync);

    private BuildKitFunction Function(TestCluster cluster, string dockerfile)
    {
        var function = new BuildKitFunction(context, "", dockerfile).ToRegistry().Set("ContainerNetwork", "")
            .Set("ContainerBuilder", "kaniko").Set("KanikoRunner", "kubernetes").Set("KanikoImage", KanikoExecutor.Image);
        if (TestCluster.Real.Length > 0)
        {
            // What the cluster's credentials may need: commands, and their own files.
            foreach (var name in new[] { "PATH", "HOME" })
            {
                function.Environment[name] = Environment.GetEnvironmentVariable(name) ?? "";
            }

            function.Set("ContainerRegistry", TestCluster.Registry).Add("ContainerInsecureRegistry", TestCluster.Registry.Split('/')[0]);
        }

        function.Environment["KUBECONFIG"] = cluster.Config;
        return function;
    }

    // A step on another machine is seen only in what the executor says.
    private async Task SaidAsync(BuildKitFunction function, string instruction)
    {
        while (!function.Messages.Contains(instruction, StringComparison.Ordinal))
        {
            await Task.Delay(200, context.CancellationToken);
        }
    }
}
