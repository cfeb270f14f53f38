using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Tests.Model;

/// <summary>Requests for tests of the model.</summary>
internal static class RequestBuilder
{
    public static BuildRequest Create(string shape, params (string Name, string Value)[] properties) => new()
    {
        Version = BuildRequest.CurrentVersion,
        Project = "/work/src/My.Function/My.Function.csproj",
        ProjectName = "My.Function",
        ProjectDirectory = "/work/src/My.Function/",
        Shape = shape,
        OutputDirectory = "/work/src/My.Function/obj/openfaas/",
        Properties = properties.ToDictionary(p => p.Name, p => p.Value),
    };

    public static BuildRequest With(this BuildRequest request, string type, params (string Include, string Key, string Value)[] items) => request with
    {
        Items = new Dictionary<string, IReadOnlyList<RequestItem>>(request.Items)
        {
            [type] = [.. items.Select(i => new RequestItem(i.Include, new Dictionary<string, string> { [i.Key] = i.Value }))],
        },
    };
}
