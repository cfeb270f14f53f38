using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>
/// An in-process double of a Kubernetes API server, with the endpoints that builds use, and of the controllers and the node behind it. It is strict: fields,
/// parameters and paths that a real one does not have are refused. Containers are programs of the test.
/// </summary>
internal sealed class ApiServerDouble : IAsyncDisposable
{
    private const int LongestBody = 3 << 20;
    private readonly WebApplication app;
    private readonly PrivateAuthority authority;
    private readonly ControllerDouble controller;
    private readonly ConcurrentQueue<string> requests = new();
    private readonly ConcurrentQueue<string> executed = new();
    private readonly Uri address;

    private ApiServerDouble(WebApplication app, PrivateAuthority authority, ContainerProgram program, PodCommand command)
    {
        (this.app, this.authority) = (app, authority);
        Events = new EventBook(Store);
        Node = new NodeDouble(Store, Faults, Events, program);
        controller = new ControllerDouble(Store, Faults, Events, Node);
        var streams = new StreamEndpoints(Store, Faults, Node);
        var sockets = new SocketEndpoints(Store, Faults, Node, command);
        app.UseWebSockets();
        app.Run(context => AnswerAsync(context, streams, sockets));
        app.Start();
        address = new Uri(app.Urls.Single());
    }

    public ObjectStore Store { get; } = new();

    public ClusterFaults Faults { get; } = new();

    public EventBook Events { get; }

    public NodeDouble Node { get; }

    /// <summary>The namespace that is there.</summary>
    public string Namespace { get; set; } = "builds";

    /// <summary>The token that is accepted; a change makes the former expire.</summary>
    public string Token { get; set; } = "token-" + Guid.NewGuid().ToString("n");

    /// <summary>Thumbprint of a client's certificate that is accepted in the token's place; null for none.</summary>
    public string? Certificate { get; set; }

    /// <summary>File with the authority that has issued the server's certificate.</summary>
    public string AuthorityFile => authority.AuthorityFile;

    /// <summary>Address of the API server.</summary>
    public string Address => $"https://localhost:{address.Port}";

    /// <summary>Requests so far, <c>create jobs</c>, in order.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>Pods in which commands were started, in order.</summary>
    public IReadOnlyList<string> Executed => [.. executed];

    /// <summary>Starts it on a loopback port, with a certificate of a private authority.</summary>
    /// <param name="folder">The test's folder.</param>
    /// <param name="program">What containers run.</param>
    /// <param name="command">What commands in pods do.</param>
    /// <param name="host">The name in its certificate.</param>
    public static ApiServerDouble Start(string folder, ContainerProgram program, PodCommand command, string host = "localhost")
    {
        var authority = new PrivateAuthority(Path.Combine(folder, "authority"));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options => options.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            // As a real one: clients are asked for a certificate, and those without one connect all the same.
            https.ServerCertificate = host == "localhost" ? authority.Load() : authority.LoadFor(host);
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        })));
        return new ApiServerDouble(builder.Build(), authority, program, command);
    }

    /// <summary>Writes a kubeconfig that leads here, with the token that is accepted now.</summary>
    /// <param name="folder">Where it is written.</param>
    /// <param name="user">Another account, as keys of the user.</param>
    /// <param name="cluster">Further keys of the cluster.</param>
    public string WriteConfig(string folder, string user = "", string cluster = "")
    {
        var path = Path.Combine(folder, $"kubeconfig-{Guid.NewGuid():n}");
        File.WriteAllText(path, $$"""
            apiVersion: v1
            kind: Config
            current-context: double
            clusters:
            - name: one
              cluster: {server: "{{Address}}", certificate-authority: "{{AuthorityFile}}"{{(cluster.Length > 0 ? ", " : "")}}{{cluster}} }
            users:
            - name: builder
              user: { {{(user.Length > 0 ? user : $"token: {Token}")}} }
            contexts:
            - name: double
              context: {cluster: one, user: builder, namespace: {{Namespace}}}
            """);
        return path;
    }

    /// <summary>Names of objects of a kind that are there.</summary>
    public IReadOnlyList<string> Names(string resource) => [.. Store.List(resource, Namespace, _ => true).Items.Select(item => (string)item["metadata"]!["name"]!)];

    /// <summary>Deletes an object as somebody else would.</summary>
    public void Delete(string resource, string name, string policy) => controller.Delete(resource, Namespace, name, policy);

    /// <summary>Evicts a pod by the API.</summary>
    public void Evict(string name, string reason, string message) => controller.Evict(Namespace, name, reason, message);

    public async ValueTask DisposeAsync()
    {
        foreach (var name in Names("pods"))
        {
            await Node.KillAsync(Namespace, name, "Error", 143);
        }

        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, StreamEndpoints streams, SocketEndpoints sockets)
    {
        await using var cut = Faults.Away.Register(context.Abort);
        try
        {
            Faults.Away.ThrowIfCancellationRequested();
            if (!Knows(context))
            {
                throw new ApiError(401, "Unauthorized", "Unauthorized");
            }

            var path = ApiPath.Of(context.Request);
            requests.Enqueue($"{path.Verb} {path.Full}");
            if (Faults.Silent.ContainsKey((path.Verb, path.Full)))
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            Allow(path);
            if (path.Sub == "exec")
            {
                executed.Enqueue(path.Name!);
            }

            await (path switch
            {
                { Sub: "log" } => streams.LogAsync(context, path),
                { Sub: not null } => sockets.ServeAsync(context, path),
                { Verb: "watch" } => streams.WatchAsync(context, path),
                _ => WriteAsync(context, path.Verb == "create" ? 201 : 200, await CarryOutAsync(context, path)),
            });
        }
        catch (ApiError e)
        {
            if (e.RetryAfter is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            await WriteAsync(context, e.Status, e.Document());
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client went away, which is its right.
        }
    }

    private bool Knows(HttpContext context) =>
        context.Request.Headers.Authorization == "Bearer " + Token || (Certificate is { } known && context.Connection.ClientCertificate?.Thumbprint == known);

    private void Allow(ApiPath path)
    {
        if (Faults.Next(path.Verb, path.Full) is { } failure)
        {
            throw failure;
        }

        if (Faults.Denied.ContainsKey((path.Verb, path.Full)))
        {
            throw new ApiError(403, "Forbidden", $"{path.Full} is forbidden: User \"builder\" cannot {path.Verb} resource \"{path.Full}\" in the namespace \"{path.Namespace}\"");
        }

        if (path.Namespace != Namespace)
        {
            throw path.Verb == "create" ? ApiError.NotFound("namespaces", path.Namespace) : ApiError.NotFound(path.Resource, path.Name ?? "");
        }
    }

    private async Task<JsonObject> CarryOutAsync(HttpContext context, ApiPath path)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length > LongestBody)
        {
            throw new ApiError(413, "RequestEntityTooLarge", "the request is too large");
        }

        if (Faults.Delays.TryGetValue((path.Verb, path.Full), out var delay))
        {
            // Who has gone meanwhile has asked for it all the same.
            await Task.Delay(delay, CancellationToken.None);
        }

        var answer = path.Verb switch
        {
            "create" => Store.Create(path.Resource, path.Namespace, StrictObjects.Read(path.Resource, body.ToArray())),
            "list" => List(context, path),
            "get" => Store.Get(path.Resource, path.Namespace, path.Name!),
            _ => Delete(path, body.ToArray()),
        };
        if (Faults.LostAnswers.TryGetValue((path.Verb, path.Full), out var left) && left > 0)
        {
            Faults.LostAnswers[(path.Verb, path.Full)] = left - 1;
            context.Abort();
            throw new OperationCanceledException();
        }

        return answer;
    }

    private JsonObject List(HttpContext context, ApiPath path)
    {
        var (items, version) = Store.List(path.Resource, path.Namespace, ApiPath.Selector(context.Request));
        return new JsonObject { ["kind"] = "List", ["apiVersion"] = "v1", ["metadata"] = new JsonObject { ["resourceVersion"] = version }, ["items"] = new JsonArray([.. items]) };
    }

    private JsonObject Delete(ApiPath path, byte[] body)
    {
        var options = StrictObjects.DeleteOptions(body);
        var item = Store.Get(path.Resource, path.Namespace, path.Name!);
        if (options.Preconditions?.Uid is { } uid && uid != (string)item["metadata"]!["uid"]!)
        {
            throw new ApiError(409, "Conflict", $"the UID in the precondition ({uid}) does not match the UID in record ({(string)item["metadata"]!["uid"]!}). The object might have been deleted and then recreated");
        }

        controller.Delete(path.Resource, path.Namespace, path.Name!, options.PropagationPolicy);
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success" };
    }

    private static async Task WriteAsync(HttpContext context, int status, JsonObject document)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(document.ToJsonString(), context.RequestAborted);
    }
}
