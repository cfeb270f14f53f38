using System.Globalization;
using System.Text.Json.Nodes;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>The controllers of the double: pods of Jobs, their deadline, and objects that go with their owner.</summary>
internal sealed class ControllerDouble
{
    private const int UsualGrace = 30;
    private readonly ObjectStore store;
    private readonly ClusterFaults faults;
    private readonly EventBook events;
    private readonly NodeDouble node;
    private readonly string[] accounts = ["default", "builder"];

    public ControllerDouble(ObjectStore store, ClusterFaults faults, EventBook events, NodeDouble node)
    {
        (this.store, this.faults, this.events, this.node) = (store, faults, events, node);
        store.Happened += item => _ = Task.Run(() => ReactAsync(item));
    }

    /// <summary>Deletes an object as its propagation policy says.</summary>
    public void Delete(string resource, string space, string name, string? policy)
    {
        var item = store.Get(resource, space, name);
        var uid = (string)item["metadata"]!["uid"]!;
        if (resource == "pods")
        {
            _ = EndPodAsync(space, name);
        }
        else if (policy == "Foreground")
        {
            MarkDeleted(resource, space, name);
            store.Update(resource, space, name, found => found["metadata"]!["finalizers"] = new JsonArray("foregroundDeletion"));
            _ = EndOwnedAsync(resource, space, name, uid);
        }
        else
        {
            store.Remove(resource, space, name);
        }
    }

    /// <summary>Evicts a pod by the API, as whoever empties or gives up a node does: it is marked, and deleted with its grace period.</summary>
    public void Evict(string space, string name, string reason, string message)
    {
        node.SetCondition(space, name, "DisruptionTarget", "True", reason, message);
        _ = EndPodAsync(space, name);
    }

    private async Task ReactAsync(StoreEvent item)
    {
        var uid = (string)item.Object["metadata"]!["uid"]!;
        switch (item)
        {
            case { Type: "ADDED", Resource: "jobs" }:
                MakePod(item, uid);
                break;
            case { Type: "ADDED", Resource: "pods" } when IsPending(item.Object):
                await node.RunAsync(item.Namespace, item.Name);
                break;
            case { Type: "DELETED" }:
                foreach (var (resource, name) in store.OwnedBy(item.Namespace, uid))
                {
                    Delete(resource, item.Namespace, name, null);
                }

                break;
            case { Type: "ADDED" } when ObjectStore.Owners(item.Object).Any(owner => owner.Length > 0 && !IsThere(item.Namespace, owner)):
                store.Remove(item.Resource, item.Namespace, item.Name);
                break;
        }
    }

    private static bool IsPending(JsonObject pod) => (string?)pod["status"]?["phase"] == "Pending";

    private bool IsThere(string space, string uid) =>
        new[] { "jobs", "pods", "deployments" }.Any(resource => store.List(resource, space, item => (string?)item["metadata"]!["uid"] == uid).Items.Count > 0);

    private void MakePod(StoreEvent job, string uid)
    {
        var account = (string?)job.Object["spec"]!["template"]!["spec"]!["serviceAccountName"] ?? "default";
        if (faults.RefusesPods || !accounts.Contains(account))
        {
            events.Add(job.Namespace, uid, "Warning", "FailedCreate", faults.RefusesPods
                ? "Error creating: pods is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true"
                : $"Error creating: pods \"{job.Name}-\" is forbidden: error looking up service account {job.Namespace}/{account}: serviceaccount \"{account}\" not found");
            return;
        }

        var template = job.Object["spec"]!["template"]!;
        var labels = (template["metadata"]?["labels"] as JsonObject)?.DeepClone().AsObject() ?? [];
        (labels["job-name"], labels["batch.kubernetes.io/job-name"], labels["controller-uid"]) = (job.Name, job.Name, uid);
        store.Create("pods", job.Namespace, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["generateName"] = job.Name + "-",
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = job.Name, ["uid"] = uid, ["controller"] = true }),
            },
            ["spec"] = template["spec"]!.DeepClone(),
            ["status"] = new JsonObject { ["phase"] = "Pending" },
        });
        if (job.Object["spec"]!["activeDeadlineSeconds"] is { } seconds)
        {
            _ = KeepDeadlineAsync(job.Namespace, job.Name, uid, TimeSpan.FromSeconds((long)seconds));
        }
    }

    private async Task KeepDeadlineAsync(string space, string name, string uid, TimeSpan deadline)
    {
        await Task.Delay(deadline);
        var isOver = store.OwnedBy(space, uid).Any(owned => owned.Resource == "pods" && node.Find(space, owned.Name) is { Ended.Task.IsCompleted: false });
        if (isOver && store.Find("jobs", space, name) is not null)
        {
            store.Update("jobs", space, name, job => job["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Failed", ["status"] = "True", ["reason"] = "DeadlineExceeded", ["message"] = "Job was active longer than specified deadline" }),
            });
            await Task.WhenAll(store.OwnedBy(space, uid).Where(owned => owned.Resource == "pods").Select(owned => EndPodAsync(space, owned.Name)));
        }
    }

    private async Task EndOwnedAsync(string resource, string space, string name, string uid)
    {
        foreach (var (owned, ownedName) in store.OwnedBy(space, uid))
        {
            if (owned == "pods")
            {
                await EndPodAsync(space, ownedName);
            }
            else
            {
                store.Remove(owned, space, ownedName);
            }
        }

        if (!faults.IsNodeLost)
        {
            store.Remove(resource, space, name);
        }
    }

    private async Task EndPodAsync(string space, string name)
    {
        MarkDeleted("pods", space, name);
        if (faults.IsNodeLost)
        {
            return;
        }

        await node.KillAsync(space, name, "Error", 143);
        store.Remove("pods", space, name);
    }

    // The time at which it is to be gone, as an API server sets it: the grace period is in it.
    private void MarkDeleted(string resource, string space, string name) => store.Update(resource, space, name, item =>
    {
        var seconds = (double?)item["spec"]?["terminationGracePeriodSeconds"] ?? (resource == "pods" ? UsualGrace : 0);
        var metadata = item["metadata"]!;
        metadata["deletionTimestamp"] ??= DateTime.UtcNow.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        metadata["deletionGracePeriodSeconds"] ??= (long)seconds;
    });
}
