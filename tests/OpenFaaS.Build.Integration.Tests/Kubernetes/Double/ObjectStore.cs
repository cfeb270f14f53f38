using System.Globalization;
using System.Text.Json.Nodes;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>The objects of the API server double, with versions, watches of what happened to them, and owners.</summary>
internal sealed class ObjectStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Resource, string Namespace, string Name), JsonObject> objects = [];
    private readonly List<StoreEvent> history = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long version = 1000;
    private long oldest;

    /// <summary>Told of each change, after it.</summary>
    public event Action<StoreEvent>? Happened;

    /// <summary>The current version.</summary>
    public string Version
    {
        get
        {
            lock (gate)
            {
                return Text(version);
            }
        }
    }

    /// <summary>Forgets what happened so far, so that watches from before are refused with 410.</summary>
    public void Compact()
    {
        lock (gate)
        {
            history.Clear();
            oldest = ++version;
            Signal();
        }
    }

    public JsonObject Create(string resource, string space, JsonObject item)
    {
        StoreEvent made;
        lock (gate)
        {
            var metadata = item["metadata"]!.AsObject();
            var name = (string?)metadata["name"] is { Length: > 0 } given ? given
                : (string?)metadata["generateName"] is { Length: > 0 } prefix ? prefix + Guid.NewGuid().ToString("n")[..5]
                : throw ApiError.Invalid("metadata.name: Required value: name or generateName is required");
            if (objects.ContainsKey((resource, space, name)))
            {
                throw new ApiError(409, "AlreadyExists", $"{resource} \"{name}\" already exists");
            }

            (metadata["name"], metadata["namespace"], metadata["uid"]) = (name, space, Guid.NewGuid().ToString());
            metadata["creationTimestamp"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            made = Put("ADDED", resource, space, name, item);
        }

        Happened?.Invoke(made);
        return Copy(made.Object);
    }

    public JsonObject Get(string resource, string space, string name) => Find(resource, space, name) ?? throw ApiError.NotFound(resource, name);

    public JsonObject? Find(string resource, string space, string name)
    {
        lock (gate)
        {
            return objects.TryGetValue((resource, space, name), out var item) ? Copy(item) : null;
        }
    }

    /// <summary>The objects that a selector names, and the version that they are of.</summary>
    public (IReadOnlyList<JsonObject> Items, string Version) List(string resource, string space, Func<JsonObject, bool> isMeant)
    {
        lock (gate)
        {
            return ([.. objects.Where(pair => pair.Key.Resource == resource && pair.Key.Namespace == space && isMeant(pair.Value)).Select(pair => Copy(pair.Value))], Text(version));
        }
    }

    /// <summary>Changes an object; null if it is gone.</summary>
    public JsonObject? Update(string resource, string space, string name, Action<JsonObject> change)
    {
        StoreEvent made;
        lock (gate)
        {
            if (!objects.TryGetValue((resource, space, name), out var item))
            {
                return null;
            }

            var next = Copy(item);
            change(next);
            made = Put("MODIFIED", resource, space, name, next);
        }

        Happened?.Invoke(made);
        return Copy(made.Object);
    }

    /// <summary>Takes an object away.</summary>
    public bool Remove(string resource, string space, string name)
    {
        StoreEvent made;
        lock (gate)
        {
            if (!objects.TryGetValue((resource, space, name), out var item))
            {
                return false;
            }

            made = Put("DELETED", resource, space, name, Copy(item));
            objects.Remove((resource, space, name));
        }

        Happened?.Invoke(made);
        return true;
    }

    /// <summary>Everything of a namespace that an object owns.</summary>
    public IReadOnlyList<(string Resource, string Name)> OwnedBy(string space, string uid)
    {
        lock (gate)
        {
            return [.. objects.Where(pair => pair.Key.Namespace == space && Owners(pair.Value).Contains(uid)).Select(pair => (pair.Key.Resource, pair.Key.Name))];
        }
    }

    /// <summary>What happened after a version, and a task that ends when more has; null where that was forgotten.</summary>
    public (IReadOnlyList<StoreEvent> Events, Task More)? After(long from)
    {
        lock (gate)
        {
            return from < oldest ? null : ([.. history.Where(item => item.Version > from)], changed.Task);
        }
    }

    public static IEnumerable<string> Owners(JsonObject item) =>
        (item["metadata"]?["ownerReferences"] as JsonArray ?? []).Select(owner => (string?)owner?["uid"] ?? "");

    private StoreEvent Put(string type, string resource, string space, string name, JsonObject item)
    {
        item["metadata"]!["resourceVersion"] = Text(++version);
        objects[(resource, space, name)] = item;
        var made = new StoreEvent(version, type, resource, space, name, Copy(item));
        history.Add(made);
        Signal();
        return made;
    }

    private void Signal()
    {
        var told = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }

    private static JsonObject Copy(JsonObject item) => item.DeepClone().AsObject();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One change of an object.</summary>
internal sealed record StoreEvent(long Version, string Type, string Resource, string Namespace, string Name, JsonObject Object);
