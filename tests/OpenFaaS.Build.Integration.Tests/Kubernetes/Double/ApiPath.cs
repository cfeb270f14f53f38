using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>What a request is for, in the words of the API.</summary>
/// <param name="Verb"><c>create</c>, <c>get</c>, <c>list</c>, <c>watch</c>, <c>delete</c>.</param>
/// <param name="Resource"><c>jobs</c>, <c>pods</c>.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">Name of the object; null for a collection.</param>
/// <param name="Sub">Sub-resource (<c>log</c>, <c>attach</c>, <c>exec</c>); null for none.</param>
internal sealed partial record ApiPath(string Verb, string Resource, string Namespace, string? Name, string? Sub)
{
    private static readonly Dictionary<string, string> Groups = new()
    {
        ["api/v1"] = "pods secrets configmaps events", ["apis/batch/v1"] = "jobs", ["apis/apps/v1"] = "deployments",
    };

    private static readonly string[] Parameters =
    [
        "labelSelector", "fieldSelector", "limit", "resourceVersion", "watch", "allowWatchBookmarks", "timeoutSeconds", "follow", "timestamps", "sinceTime", "container",
        "stdin", "stdout", "stderr", "tty", "command",
    ];

    /// <summary>Resource with sub-resource, as access rules name it.</summary>
    public string Full => Sub is null ? Resource : $"{Resource}/{Sub}";

    /// <summary>Reads a request; parameters and paths that are not known are refused.</summary>
    public static ApiPath Of(HttpRequest request)
    {
        var match = Form().Match(request.Path.Value ?? "");
        if (!match.Success || !Groups[match.Groups["group"].Value].Split(' ').Contains(match.Groups["resource"].Value))
        {
            throw new ApiError(404, "NotFound", "the server could not find the requested resource");
        }

        if (request.Query.Keys.FirstOrDefault(key => !Parameters.Contains(key, StringComparer.Ordinal)) is { } unknown)
        {
            throw ApiError.BadRequest($"unknown parameter {unknown}");
        }

        var (name, sub) = (Optional(match.Groups["name"]), Optional(match.Groups["sub"]));
        var verb = request.Method switch
        {
            "POST" => "create",
            "DELETE" => "delete",
            "GET" when sub is "attach" or "exec" => "create",
            "GET" when name is null => request.Query["watch"] == "true" ? "watch" : "list",
            "GET" => "get",
            _ => throw new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        };
        return new ApiPath(verb, match.Groups["resource"].Value, match.Groups["namespace"].Value, name, sub);
    }

    /// <summary>Whether an object is one that the selectors of a list name.</summary>
    public static Func<JsonObject, bool> Selector(HttpRequest request)
    {
        var labels = ((string?)request.Query["labelSelector"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).ToList();
        var fields = ((string?)request.Query["fieldSelector"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).ToList();
        return labels.Concat(fields).All(part => part.Length == 2)
            ? item => labels.All(label => (string?)item["metadata"]?["labels"]?[label[0]] == label[1])
                && fields.All(field => (string?)field[0].Split('.').Aggregate((JsonNode?)item, (node, key) => node?[key]) == field[1])
            : throw ApiError.BadRequest("the double knows selectors of the form a=b alone");
    }

    private static string? Optional(Group group) => group.Success ? group.Value : null;

    [GeneratedRegex(@"\A/(?<group>api/v1|apis/batch/v1|apis/apps/v1)/namespaces/(?<namespace>[a-z0-9-]+)/(?<resource>[a-z]+)(?:/(?<name>[a-z0-9.-]+)(?:/(?<sub>log|attach|exec))?)?\z")]
    private static partial Regex Form();
}
