using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>The node of the API server double: it schedules pods, waits for their volumes, runs their containers as programs of the test, and tells their states.</summary>
internal sealed class NodeDouble(ObjectStore store, ClusterFaults faults, EventBook events, ContainerProgram program)
{
    /// <summary>A registry that is nowhere (RFC 2606).</summary>
    private const string NoRegistry = "registry.invalid/";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Time between two pulls: more than a second, since events tell seconds. A real one waits for 10 s.</summary>
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(1.2);
    private readonly ConcurrentDictionary<(string Namespace, string Name), PodInstance> pods = new();

    /// <summary>Labels of the nodes.</summary>
    public ConcurrentDictionary<string, string> Labels { get; } = new([new("kubernetes.io/os", "linux")]);

    /// <summary>A pod that is or was here; null for others.</summary>
    public PodInstance? Find(string space, string name) => pods.GetValueOrDefault((space, name));

    /// <summary>Pods whose containers run.</summary>
    public int Running => pods.Values.Count(pod => pod.IsRunning);

    /// <summary>Runs a pod to its end.</summary>
    public async Task RunAsync(string space, string name)
    {
        var pod = pods[(space, name)] = new PodInstance();
        try
        {
            await PrepareAsync(space, name, pod);
            var start = Start(space, name, pod);
            pod.IsRunning = true;
            SetState(space, name, "Running", new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Now() } });
            await FinishAsync(space, name, pod, start);
        }
        catch (OperationCanceledException)
        {
            // Deleted before it ran.
        }
        finally
        {
            pod.IsRunning = false;
            pod.Log.End();
            pod.Exited.TrySetResult();
            pod.Ended.TrySetResult();
        }
    }

    /// <summary>Kills a pod's container as the kernel or the kubelet does.</summary>
    public async Task KillAsync(string space, string name, string reason, int exitCode)
    {
        if (pods.TryGetValue((space, name), out var pod))
        {
            pod.Killed ??= (reason, exitCode);
            await pod.Kill.CancelAsync();
            await pod.Ended.Task;
        }
    }

    /// <summary>Evicts a pod: its container is killed, and the pod fails.</summary>
    public async Task EvictAsync(string space, string name, string message)
    {
        store.Update("pods", space, name, item => (item["status"]!["phase"], item["status"]!["reason"], item["status"]!["message"]) = ("Failed", "Evicted", message));
        await KillAsync(space, name, "Error", 137);
    }

    /// <summary>Sets a condition of a pod; others are kept.</summary>
    public void SetCondition(string space, string name, string type, string value, string? reason, string? message) => store.Update("pods", space, name, item =>
    {
        var conditions = item["status"]!["conditions"] as JsonArray ?? [];
        var others = conditions.Where(condition => (string?)condition!["type"] != type).Select(condition => condition!.DeepClone()).ToArray();
        item["status"]!["conditions"] = new JsonArray([.. others, new JsonObject { ["type"] = type, ["status"] = value, ["reason"] = reason, ["message"] = message }]);
    });

    private async Task PrepareAsync(string space, string name, PodInstance pod)
    {
        var item = store.Get("pods", space, name);
        var uid = (string)item["metadata"]!["uid"]!;
        var isSelected = (item["spec"]!["nodeSelector"] as JsonObject ?? []).All(label => Labels.TryGetValue(label.Key, out var value) && value == (string?)label.Value);
        if (faults.IsUnschedulable || !isSelected)
        {
            var message = $"0/3 nodes are available: {(isSelected ? "3 Insufficient memory" : "3 node(s) didn't match Pod's node affinity/selector")}.";
            events.Add(space, uid, "Warning", "FailedScheduling", message);
            if (faults.ScaleUp is { } reason)
            {
                events.Add(space, uid, "Normal", reason, "pod triggered scale-up: [{pool 3->4 (max: 5)}]");
            }

            SetCondition(space, name, "PodScheduled", "False", "Unschedulable", message);
        }

        while (faults.IsUnschedulable || !isSelected)
        {
            await Task.Delay(Poll, pod.Kill.Token);
        }

        SetCondition(space, name, "PodScheduled", "True", null, null);
        SetState(space, name, "Pending", Waiting("ContainerCreating", ""));
        while (!HasVolumes(space, name))
        {
            await Task.Delay(Poll, pod.Kill.Token);
        }

        await PullAsync(space, name, uid, (string)item["spec"]!["containers"]![0]!["image"]!, pod.Kill.Token);
    }

    // While an image is pulled again the state tells the last failure still.
    private async Task PullAsync(string space, string name, string uid, string image, CancellationToken cancellationToken)
    {
        while (true)
        {
            events.Add(space, uid, "Normal", "Pulling", $"Pulling image \"{image}\"");
            await Task.Delay(faults.PullTime, cancellationToken);
            if (!faults.HasNoImage && !image.StartsWith(NoRegistry, StringComparison.Ordinal))
            {
                return;
            }

            const string message = "failed to resolve reference: not found";
            events.Add(space, uid, "Warning", "Failed", "Failed to pull image: " + message);
            SetState(space, name, "Pending", Waiting("ErrImagePull", message));
            await Task.Delay(Poll * 10, cancellationToken);
            events.Add(space, uid, "Normal", "BackOff", $"Back-off pulling image \"{image}\"");
            SetState(space, name, "Pending", Waiting("ImagePullBackOff", "Back-off pulling image"));
            await Task.Delay(BackOff, cancellationToken);
        }
    }

    private async Task FinishAsync(string space, string name, PodInstance pod, ContainerStart start)
    {
        var message = "";
        int code;
        var reason = "Error";
        try
        {
            code = await Task.Run(() => program(start with { Leave = text => message = text }, pod.Kill.Token));
        }
        catch (OperationCanceledException) when (pod.Kill.IsCancellationRequested)
        {
            (reason, code) = pod.Killed ?? ("Error", 143);
        }

        var started = Now();
        pod.Log.End();
        pod.Exited.TrySetResult();
        await Task.Delay(faults.StatusLag);
        var terminated = new JsonObject
        {
            ["exitCode"] = code, ["reason"] = code == 0 ? "Completed" : reason, ["message"] = message.Length > 4096 ? message[..4096] : message, ["startedAt"] = started, ["finishedAt"] = Now(),
        };
        SetState(space, name, code == 0 ? "Succeeded" : "Failed", new JsonObject { ["terminated"] = terminated });
    }

    // As a kubelet does it: the objects have to be there, with the keys that are asked for.
    private bool HasVolumes(string space, string name)
    {
        var spec = store.Get("pods", space, name)["spec"]!;
        return (spec["volumes"] as JsonArray ?? []).All(volume =>
            (volume!["secret"] is not { } secret || store.Find("secrets", space, (string)secret["secretName"]!) is not null)
            && (volume["configMap"] is not { } map || store.Find("configmaps", space, (string)map["name"]!) is not null));
    }

    private ContainerStart Start(string space, string name, PodInstance pod)
    {
        var spec = store.Get("pods", space, name)["spec"]!;
        var container = spec["containers"]![0]!;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var mount in container["volumeMounts"] as JsonArray ?? [])
        {
            var volume = spec["volumes"]!.AsArray().Single(volume => (string)volume!["name"]! == (string)mount!["name"]!)!;
            foreach (var (file, content) in Content(space, volume))
            {
                files[$"{(string)mount!["mountPath"]!}/{file}"] = content;
            }
        }

        var variables = (container["env"] as JsonArray ?? []).ToDictionary(variable => (string)variable!["name"]!, variable => ValueOf(space, variable!), StringComparer.Ordinal);
        string[] arguments = [.. (container["args"] as JsonArray ?? []).Select(argument => (string)argument!)];
        return new ContainerStart((string)container["image"]!, arguments, variables, files, pod.Input, pod.Log.Add, _ => { });
    }

    private Dictionary<string, byte[]> Content(string space, JsonNode volume)
    {
        var (data, items) = volume["secret"] is { } secret
            ? (store.Get("secrets", space, (string)secret["secretName"]!)["data"]!.AsObject().ToDictionary(pair => pair.Key, pair => Convert.FromBase64String((string)pair.Value!)), secret["items"] as JsonArray)
            : (store.Get("configmaps", space, (string)volume["configMap"]!["name"]!)["data"]!.AsObject().ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes((string)pair.Value!)), volume["configMap"]!["items"] as JsonArray);
        return items is null ? data : items.ToDictionary(item => (string)item!["path"]!, item => data[(string)item!["key"]!]);
    }

    private string ValueOf(string space, JsonNode variable) => variable["valueFrom"]?["secretKeyRef"] is { } reference
        ? Encoding.UTF8.GetString(Convert.FromBase64String((string)store.Get("secrets", space, (string)reference["name"]!)["data"]![(string)reference["key"]!]!))
        : (string?)variable["value"] ?? "";

    private void SetState(string space, string name, string phase, JsonObject state) => store.Update("pods", space, name, item =>
    {
        var status = item["status"]!;

        // An evicted pod has failed already.
        status["phase"] = (string?)status["reason"] == "Evicted" ? "Failed" : phase;
        status["containerStatuses"] = new JsonArray(new JsonObject
        {
            ["name"] = (string)item["spec"]!["containers"]![0]!["name"]!, ["image"] = (string)item["spec"]!["containers"]![0]!["image"]!, ["imageID"] = "", ["restartCount"] = 0,
            ["ready"] = phase == "Running", ["state"] = state,
        });
    });

    private static JsonObject Waiting(string reason, string message) => new() { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } };

    private static string Now() => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
