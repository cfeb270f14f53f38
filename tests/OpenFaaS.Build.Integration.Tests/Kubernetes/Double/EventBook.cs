using System.Globalization;
using System.Text.Json.Nodes;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>What the double notes about objects, as the events of a cluster.</summary>
internal sealed class EventBook(ObjectStore store)
{
    public void Add(string space, string uid, string type, string reason, string message)
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        store.Create("events", space, new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "Event", ["metadata"] = new JsonObject { ["generateName"] = "event-" },
            ["involvedObject"] = new JsonObject { ["uid"] = uid }, ["type"] = type, ["reason"] = reason, ["message"] = message,
            ["firstTimestamp"] = now, ["lastTimestamp"] = now, ["count"] = 1,
        });
    }
}
