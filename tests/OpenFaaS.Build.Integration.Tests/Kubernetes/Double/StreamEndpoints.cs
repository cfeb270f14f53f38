using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>What the double answers piece by piece: watches, and logs that are followed.</summary>
internal sealed class StreamEndpoints(ObjectStore store, ClusterFaults faults, NodeDouble node)
{
    private const long Nanoseconds = 1_000_000_000;

    public async Task WatchAsync(HttpContext context, ApiPath path)
    {
        if (!long.TryParse(context.Request.Query["resourceVersion"], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw ApiError.BadRequest("the double watches from a version alone");
        }

        var isMeant = ApiPath.Selector(context.Request);
        var expires = faults.Expirations.TryDequeue(out var byStatus);
        if (expires && byStatus)
        {
            throw Expired();
        }

        context.Response.ContentType = "application/json";
        if (expires || store.After(version) is null)
        {
            await SayAsync(context, "ERROR", Expired().Document());
            return;
        }

        int? left = faults.WatchCuts.TryDequeue(out var cut) ? cut : null;
        var bookmarks = context.Request.Query["allowWatchBookmarks"] == "true";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        while (store.After(version) is var (events, more))
        {
            foreach (var item in events)
            {
                version = item.Version;
                if (item.Resource != path.Resource || item.Namespace != path.Namespace || !isMeant(item.Object))
                {
                    continue;
                }

                if (left-- <= 0)
                {
                    context.Abort();
                    return;
                }

                await SayAsync(context, item.Type, item.Object);
            }

            if (bookmarks)
            {
                await SayAsync(context, "BOOKMARK", new JsonObject { ["kind"] = "Pod", ["apiVersion"] = "v1", ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) } });
            }

            await more.WaitAsync(context.RequestAborted);
        }

        await SayAsync(context, "ERROR", Expired().Document());
    }

    public async Task LogAsync(HttpContext context, ApiPath path)
    {
        store.Get("pods", path.Namespace, path.Name!);
        var pod = node.Find(path.Namespace, path.Name!);
        if (pod is null || (!pod.IsRunning && !pod.Log.IsEnded))
        {
            throw ApiError.BadRequest($"container \"executor\" in pod \"{path.Name}\" is waiting to start: ContainerCreating");
        }

        var query = context.Request.Query;
        var since = query.ContainsKey("sinceTime") ? DateTimeOffset.Parse(query["sinceTime"]!, CultureInfo.InvariantCulture).ToUnixTimeSeconds() * Nanoseconds : 0;
        int? left = faults.LogCuts.TryDequeue(out var cut) ? cut : null;
        context.Response.ContentType = "text/plain";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var index = 0;
        while (pod.Log.From(index) is var (lines, isEnded, more))
        {
            foreach (var (time, text) in lines.Where(line => line.Time >= since))
            {
                var line = query["timestamps"] == "true" ? $"{Format(time)} {text}\n" : text + "\n";
                if (left-- <= 0)
                {
                    // In the middle of a line, which is what happens.
                    await context.Response.WriteAsync(line[..(line.Length / 2)], context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(50, context.RequestAborted);
                    context.Abort();
                    return;
                }

                await context.Response.WriteAsync(line, context.RequestAborted);
            }

            index += lines.Count;
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (isEnded || query["follow"] != "true")
            {
                return;
            }

            await more.WaitAsync(context.RequestAborted);
        }
    }

    private static ApiError Expired() => new(410, "Expired", "too old resource version");

    private static string Format(long time) =>
        DateTimeOffset.FromUnixTimeSeconds(time / Nanoseconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + string.Create(CultureInfo.InvariantCulture, $".{time % Nanoseconds:000000000}Z");

    private static async Task SayAsync(HttpContext context, string type, JsonObject item)
    {
        var line = new JsonObject { ["type"] = type, ["object"] = item.DeepClone() }.ToJsonString() + "\n";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
