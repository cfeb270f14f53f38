using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Integration.Tests.BuildKit.Transfer;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Pods;

/// <summary>A large context goes through a worker of its own, the API server double and a pod's <c>buildctl</c> to a real daemon.</summary>
[TestClass, RequiresService("docker26"), RequiresService("registry")]
public sealed class LargeContextTests(TestContext context)
{
    private const long Size = 2L << 30;
    private const long MemoryLimit = 250_000_000;

    // All of it is sent, and the image stays small.
    private const string Dockerfile = "FROM scratch AS all\nCOPY . /\nFROM scratch\nCOPY --from=all /Dockerfile /\n";

    [TestMethod]
    [TestCategory("slow")]
    [DoNotParallelize]
    public async Task Publish_LargeContextIntoAPod_NeedsLittleMemory()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "cluster")).FullName;
        await using var pods = BuildKitPods.Start(TestServices.Endpoint("docker26"), folder);
        pods.AddPod("a", "x");
        var function = new BuildKitFunction(context, "kube-pod://a", Dockerfile).ToRegistry();
        var large = Path.Combine(function.Folder, "large");
        try
        {
            await LargeContext.WriteNoiseAsync(large, Size, context.CancellationToken);

            var peak = await PackedWorker.PeakMemoryAsync(
                function.Request(), Directory.CreateDirectory(Path.Combine(context.Folder(), "worker")).FullName, [new("KUBECONFIG", pods.Environment("KUBECONFIG")!)], context.CancellationToken);

            context.WriteLine($"Peak memory of the worker: {peak / 1_000_000} MB, sent {pods.Bridge.BytesToDaemon / 1_000_000} MB");
            Assert.IsGreaterThan(Size, pods.Bridge.BytesToDaemon);
            Assert.IsLessThan(MemoryLimit, peak);
        }
        finally
        {
            File.Delete(large);
        }
    }
}
