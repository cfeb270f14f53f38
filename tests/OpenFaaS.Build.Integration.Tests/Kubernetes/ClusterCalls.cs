using System.Text.Json.Nodes;
using k8s;
using OpenFaaS.Build.Kubernetes.Commands;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes;

/// <summary>The three ways in which a cluster is asked: for an object, for a stream, and for a WebSocket.</summary>
internal sealed class ClusterCalls(Cluster cluster, CancellationToken cancellationToken)
{
    private const string Space = "builds";

    /// <summary>Puts a pod into the double, for commands in it.</summary>
    public static void AddPod(TestCluster cluster, string name) => cluster.Double.Store.Create("pods", Space, new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "one", ["image"] = "registry.example/one:1" }) },
        ["status"] = new JsonObject { ["phase"] = "Running" },
    });

    /// <summary>Names of all pods.</summary>
    public async Task<string> ListAsync()
    {
        var list = await cluster.AskAsync(
            new ClusterRequest("list", "pods", Space), (api, token) => api.CoreV1.ListNamespacedPodAsync(Space, cancellationToken: token), null, cancellationToken);
        return string.Join(' ', list!.Items.Select(pod => pod.Metadata.Name));
    }

    /// <summary>A watch of all pods from the beginning, line by line.</summary>
    public async Task<StreamReader> WatchAsync()
    {
        var response = await cluster.OpenAsync(new ClusterRequest("watch", "pods", Space), $"api/v1/namespaces/{Space}/pods?watch=true&resourceVersion=1000", null, cancellationToken);
        return new StreamReader(await response!.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>Runs a command in a pod; its exit code.</summary>
    public async Task<int?> ExecAsync(string pod)
    {
        using var command = (await cluster.ExecAsync(new PodPlace(pod, Space, "one"), ["true"], cancellationToken))!;
        return await EndAsync(command);
    }

    private async Task<int?> EndAsync(RemoteCommand command)
    {
        while (await command.ReadAsync(new byte[1024], cancellationToken) > 0)
        {
        }

        return command.Ended?.ExitCode;
    }
}
