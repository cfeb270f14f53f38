using OpenFaaS.Build.Builders.BuildKit.Endpoints;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Pods;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

/// <summary>Functions that are built by the pods of a Deployment.</summary>
[TestClass, RequiresService("registry"), RequiresService("docker26"), RequiresService("tools")]
public sealed class DeploymentTests(TestContext context)
{
    private static readonly string[] Names = ["buildkitd-a", "buildkitd-b", "buildkitd-c"];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Publish_Deployment_KeepsItsPodWhileThatIsReady(bool isNamed)
    {
        await using var pods = Start();
        var function = Function(pods);
        if (isNamed)
        {
            function.Set("ContainerBuilderEndpoint", "kube-deployment://buildkitd");
        }
        else
        {
            function.Set("ContainerBuilderEndpoint", "").Environment["BUILDKIT_HOST"] = "kube-deployment://buildkitd";
        }

        var order = RendezvousOrder.Of(Names.Select(name => $"kube-pod://{name}?namespace={pods.Server.Namespace}"), function.Name).Select(address => address["kube-pod://".Length..].Split('?')[0]).ToList();

        var image = await function.PublishAsync();
        Assert.AreEqual(image.Digest, await function.AtRegistryAsync("{{.Digest}}"));
        Assert.IsTrue(pods.Server.Executed.All(name => name == order[0]), string.Join(' ', pods.Server.Executed));

        pods.Server.Store.Remove("pods", pods.Server.Namespace, order[0]);
        await function.Set("FunctionForce", "true").PublishAsync();
        Assert.AreEqual(order[1], pods.Server.Executed[^1]);
    }

    [TestMethod]
    public async Task Publish_NoPodIsReady_SaysSo()
    {
        await using var pods = Start();
        foreach (var name in Names)
        {
            pods.SetPhase(name, "Pending");
        }

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => Function(pods).Set("ContainerBuilderEndpoint", "kube-deployment://buildkitd").PublishAsync());

        Assert.AreEqual("OFB2818", failure.Diagnostics[0].Descriptor.Code, failure.Message);
    }

    private BuildKitFunction Function(BuildKitPods pods)
    {
        var function = new BuildKitFunction(context, "", BuildKitFunction.WithShell + "RUN echo x > /x\n").ToRegistry();
        function.Environment["KUBECONFIG"] = pods.Environment("KUBECONFIG")!;
        return function;
    }

    private BuildKitPods Start()
    {
        var pods = BuildKitPods.Start(TestServices.Endpoint("docker26"), context.Folder());
        pods.AddDeployment("buildkitd");
        foreach (var name in Names)
        {
            pods.AddPod(name, "buildkitd");
        }

        pods.AddPod("buildkitd-starting", "buildkitd", isReady: false);
        return pods;
    }
}
