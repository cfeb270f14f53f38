using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.BuildKit.Transfer;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko;

/// <summary>A large context goes through a worker of its own to the executor: in a container, and as a program beside the worker.</summary>
[TestClass, RequiresService("docker"), RequiresService("podman"), RequiresService("buildah"), RequiresService("registry")]
public sealed class LargeContextTests(TestContext context)
{
    private const string Dockerfile = "FROM scratch\nCOPY mark /mark\n";
    private const long LargeFile = 2L << 30;
    private const long MemoryLimit = 250_000_000;

    [TestMethod]
    [TestCategory("slow")]
    [DoNotParallelize]
    [DataRow("docker")]
    [DataRow("podman")]
    public async Task Publish_LargeContext_NeedsLittleMemory(string engine) => await MeasureAsync(KanikoExecutor.Function(context, engine, Dockerfile));

    [TestMethod]
    [TestCategory("slow")]
    [DoNotParallelize]
    public async Task Publish_LargeContextForTheExecutorItself_NeedsLittleMemory()
    {
        // The stand-in always, as in ExecutorRunnerTests.
        var program = Path.Combine(context.Folder(), "executor");
        await Tool.WriteScriptAsync(program, $"#!/bin/sh\nexport container=test\nexec '{KanikoExecutor.Program}' \"$@\"\n", context.CancellationToken);
        var function = new BuildKitFunction(context, "", Dockerfile).Set("ContainerBuilder", "kaniko").Set("KanikoRunner", "executor").Set("KanikoExecutor", program).Set("ContainerNetwork", "");

        await MeasureAsync(function, volume: context.Folder());
    }

    // The file itself stays in the context: what the executor makes of it is not the worker's.
    private async Task MeasureAsync(BuildKitFunction function, string? volume = null)
    {
        var mark = Guid.NewGuid().ToString("n");
        function.ToRegistry().Write("mark", mark);
        var large = Path.Combine(function.Folder, "large");
        try
        {
            using (var file = File.Create(large))
            {
                file.SetLength(LargeFile);
                file.Position = LargeFile / 2;
                file.WriteByte(1);
            }

            var peak = await PackedWorker.PeakMemoryAsync(
                function.Request(), Directory.CreateDirectory(Path.Combine(context.Folder(), "worker")).FullName, [], context.CancellationToken, volume);

            context.WriteLine($"Peak memory of the worker: {peak / 1_000_000} MB");
            Assert.AreEqual(mark, await function.FileAtRegistryAsync("mark"));
            Assert.IsGreaterThan(0, peak);
            Assert.IsLessThan(MemoryLimit, peak);
        }
        finally
        {
            File.Delete(large);
        }
    }
}
