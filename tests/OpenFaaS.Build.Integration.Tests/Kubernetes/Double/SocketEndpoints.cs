using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>The double's WebSockets: standard input of containers (attach), and commands in pods (exec).</summary>
internal sealed class SocketEndpoints(ObjectStore store, ClusterFaults faults, NodeDouble node, PodCommand command)
{
    private const string Closing = "v5.channel.k8s.io", Older = "v4.channel.k8s.io";

    public async Task ServeAsync(HttpContext context, ApiPath path)
    {
        var pod = store.Get("pods", path.Namespace, path.Name!);
        var query = context.Request.Query;
        var containers = pod["spec"]!["containers"]!.AsArray().Select(container => (string)container!["name"]!).ToList();
        if (query["container"] is [{ Length: > 0 } container] && !containers.Contains(container))
        {
            throw ApiError.BadRequest($"container {container} is not valid for pod {path.Name}");
        }

        if ((string?)pod["status"]!["phase"] != "Running")
        {
            throw ApiError.BadRequest($"cannot {path.Sub} a container in a pod that is not running");
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw ApiError.BadRequest("Upgrade request required");
        }

        var protocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(offered => offered == Older || (offered == Closing && !faults.IsOld))
            ?? throw ApiError.BadRequest("unable to upgrade: no sub-protocol that is known");
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        using var channels = new SocketChannels(socket, protocol == Closing);
        if (path.Sub == "attach")
        {
            await AttachAsync(context, channels, node.Find(path.Namespace, path.Name!)!);
        }
        else
        {
            await ExecAsync(context, channels, [.. query["command"].OfType<string>()]);
        }
    }

    private async Task AttachAsync(HttpContext context, SocketChannels channels, PodInstance pod)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var reading = ReadAsync(context, channels, pod, end.Token);
        if (await Task.WhenAny(reading, pod.Ended.Task) == pod.Ended.Task)
        {
            await channels.EndAsync(0, CancellationToken.None);
        }

        await end.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync(HttpContext context, SocketChannels channels, PodInstance pod, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await channels.ReadInputAsync(buffer, cancellationToken) is > 0 and var count)
            {
                await pod.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                if (pod.Received >= faults.AttachCut)
                {
                    context.Abort();
                    return;
                }
            }
        }
        finally
        {
            // stdinOnce: whoever was attached first is also the last.
            pod.CloseInput();
        }

        // One who has closed only the input is attached until the container ends.
        await channels.ClosedAsync(cancellationToken);
    }

    private async Task ExecAsync(HttpContext context, SocketChannels channels, IReadOnlyList<string> words)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            var code = await command(words, channels.Input(), channels.Output(1), channels.Output(2), end.Token);
            await channels.EndAsync(code, end.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }
}
