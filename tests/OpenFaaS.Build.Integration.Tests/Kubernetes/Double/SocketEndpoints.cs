using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>The double's WebSockets: standard input of containers (attach), and commands in pods (exec).</summary>
internal sealed class SocketEndpoints(ObjectStore store, ClusterFaults faults, NodeDouble node, PodCommand command)
{
    private const byte Output = 1, Status = 3;
    private const string Closing = "v5.channel.k8s.io", Older = "v4.channel.k8s.io";
    private const string Exited = "Internal error occurred: unable to upgrade connection: container is in CONTAINER_EXITED state";

    public async Task ServeAsync(HttpContext context, ApiPath path)
    {
        var pod = store.Get("pods", path.Namespace, path.Name!);
        var query = context.Request.Query;
        var containers = pod["spec"]!["containers"]!.AsArray().Select(container => (string)container!["name"]!).ToList();
        if (query["container"] is [{ Length: > 0 } container] && !containers.Contains(container))
        {
            throw ApiError.BadRequest($"container {container} is not valid for pod {path.Name}");
        }

        if (path.Sub == "attach" ? node.Find(path.Namespace, path.Name!) is not { HasStarted: true } : (string?)pod["status"]!["phase"] != "Running")
        {
            throw ApiError.BadRequest($"cannot {path.Sub} a container in a pod that is not running");
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw ApiError.BadRequest("Upgrade request required");
        }

        var protocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(offered => offered == Older || (offered == Closing && !faults.IsOld))
            ?? throw ApiError.BadRequest("unable to upgrade: no sub-protocol that is known");
        var instance = path.Sub == "attach" ? node.Find(path.Namespace, path.Name!)! : null;
        var refusal = instance is null ? null : faults.AttachRefusal ?? (instance.Exited.Task.IsCompleted ? Exited : null);
        if (refusal is not null && protocol == Older)
        {
            throw new ApiError(500, "InternalError", refusal);
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        using var channels = new SocketChannels(socket, protocol == Closing);
        if (protocol == Closing)
        {
            // As the server greets: an empty message of the first channel that it writes to.
            await channels.SendAsync(path.Sub == "attach" ? Status : Output, ReadOnlyMemory<byte>.Empty, context.RequestAborted);
        }

        if (refusal is not null)
        {
            await RefuseAsync(context, channels, refusal);
        }
        else if (instance is not null)
        {
            await AttachAsync(context, channels, instance);
        }
        else
        {
            await ExecAsync(context, channels, [.. query["command"].OfType<string>()]);
        }
    }

    // The connection to the client is there before the one to the node, and a status in it is all that can be said. What the client sends is taken and thrown away.
    private static async Task RefuseAsync(HttpContext context, SocketChannels channels, string why)
    {
        try
        {
            await channels.FailAsync(why, context.RequestAborted);
            var buffer = new byte[64 * 1024];
            while (await channels.ReadInputAsync(buffer, context.RequestAborted) > 0)
            {
            }

            await channels.ClosedAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    // Attached to the input alone, one is done when it has ended; the older sub-protocol ends with the connection, and nothing can be said any more.
    private async Task AttachAsync(HttpContext context, SocketChannels channels, PodInstance pod)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var reading = ReadAsync(context, channels, pod, end.Token);
        if (await Task.WhenAny(reading, pod.Exited.Task) == pod.Exited.Task || (channels.CanClose && await reading))
        {
            await channels.EndAsync(0, CancellationToken.None);
        }

        await end.CancelAsync();
        await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Whether the client has ended the input, rather than the connection been cut.
    private async Task<bool> ReadAsync(HttpContext context, SocketChannels channels, PodInstance pod, CancellationToken cancellationToken)
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
                    return false;
                }
            }

            return true;
        }
        finally
        {
            // stdinOnce: whoever was attached first is also the last.
            pod.CloseInput();
        }
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
