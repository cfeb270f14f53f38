using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

/// <summary>A double with plain HTTP and WebSocket requests to it, for tests of the double itself.</summary>
internal sealed class RawCluster : IAsyncDisposable
{
    private readonly TestContext context;
    private readonly HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };

    public RawCluster(TestContext context)
    {
        this.context = context;
        Double = ApiServerDouble.Start(context.Folder(), (start, token) => Program(start, token), (words, input, output, error, token) => Command(words, input, output, error, token));
        Api = Client("Bearer " + Double.Token);
    }

    public ApiServerDouble Double { get; }

    public HttpClient Api { get; }

    /// <summary>What containers run; nothing at first.</summary>
    public ContainerProgram Program { get; set; } = (_, _) => Task.FromResult(0);

    /// <summary>What commands in pods do.</summary>
    public PodCommand Command { get; set; } = (_, _, _, _, _) => Task.FromResult(0);

    public static JsonObject Job(string name) => JsonNode.Parse($$$"""
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"{{{name}}}"},"spec":{"backoffLimit":0,"template":{"metadata":{"labels":{"app":"{{{name}}}"}},
        "spec":{"restartPolicy":"Never","containers":[{"name":"one","image":"registry.example/one:1","stdin":true,"stdinOnce":true}]} } } }
        """)!.AsObject();

    public static JsonObject Secret(string name, string owner) => JsonNode.Parse($$$"""
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{{name}}}","ownerReferences":[{"apiVersion":"batch/v1","kind":"Job","name":"a","uid":"{{{owner}}}"}]},"data":{"key":"eA=="} }
        """)!.AsObject();

    /// <summary>A container that runs until it is killed.</summary>
    public static async Task<int> UntilKilled(ContainerStart start, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }

    public static void Merge(JsonObject into, JsonObject change)
    {
        foreach (var (key, value) in change.ToList())
        {
            if (value is JsonObject inner && into[key] is JsonObject found)
            {
                Merge(found, inner);
            }
            else
            {
                into[key] = value?.DeepClone();
            }
        }
    }

    public static StringContent Body(JsonObject item) => new(item.ToJsonString(), Encoding.UTF8, "application/json");

    public HttpClient Client(string authorization)
    {
        var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = new Uri(Double.Address + "/") };
        client.DefaultRequestHeaders.Authorization = authorization.Length > 0 ? AuthenticationHeaderValue.Parse(authorization) : null;
        return client;
    }

    /// <summary>Path of a collection, an object, or what is below it.</summary>
    public string Path(string resource, string? name = null, string? rest = null) =>
        $"{(resource == "jobs" ? "apis/batch/v1" : "api/v1")}/namespaces/{Double.Namespace}/{resource}{(name is null ? "" : "/" + name)}{rest}";

    public Task<HttpResponseMessage> PostAsync(string resource, JsonObject item) => Api.PostAsync(Path(resource), Body(item), context.CancellationToken);

    public Task<HttpResponseMessage> DeleteAsync(string resource, string name, JsonObject? options) =>
        Api.SendAsync(new HttpRequestMessage(HttpMethod.Delete, Path(resource, name)) { Content = options is null ? null : Body(options) }, context.CancellationToken);

    /// <summary>The answer's document; its status is checked.</summary>
    public async Task<JsonObject> ReadAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(context.CancellationToken);
            Assert.AreEqual(status, response.StatusCode, text);
            return JsonNode.Parse(text)!.AsObject();
        }
    }

    /// <summary>The answer is a refusal with a document of the kind <c>Status</c>, which is given.</summary>
    public async Task<JsonObject> AssertRefusedAsync(HttpResponseMessage response, int status, string reason)
    {
        var document = await ReadAsync(response, (HttpStatusCode)status);
        Assert.AreEqual($"v1 Status Failure {reason} {status}", $"{document["apiVersion"]} {document["kind"]} {document["status"]} {document["reason"]} {document["code"]}");
        return document;
    }

    /// <summary>Waits until something holds, for 20 s.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; i < 1000 && !holds(); i++)
        {
            await Task.Delay(20, context.CancellationToken);
        }

        Assert.IsTrue(holds());
    }

    /// <summary>The only pod's name, once its container runs.</summary>
    public async Task<string> RunningAsync()
    {
        await UntilAsync(() => Double.Node.Running == 1);
        return Double.Names("pods").Single();
    }

    /// <summary>The only pod, once its container has ended.</summary>
    public async Task<JsonObject> EndedAsync()
    {
        JsonObject? Pod() => Double.Names("pods") is [var name] ? Double.Store.Find("pods", Double.Namespace, name) : null;
        await UntilAsync(() => Pod()?["status"]?["containerStatuses"]?[0]?["state"]?["terminated"] is not null);
        return Pod()!;
    }

    /// <summary>Opens a WebSocket below a pod; the first of the sub-protocols that the server knows is taken.</summary>
    public async Task<ClientWebSocket> ConnectAsync(string pod, string rest, params string[] protocols)
    {
        var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Authorization", "Bearer " + Double.Token);
        foreach (var protocol in protocols)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        try
        {
            await socket.ConnectAsync(new Uri($"{Double.Address.Replace("https:", "wss:", StringComparison.Ordinal)}/{Path("pods", pod, rest)}"), context.CancellationToken);
        }
        catch (WebSocketException e)
        {
            throw new HttpRequestException(e.Message, e, socket.HttpStatusCode);
        }

        return socket;
    }

    /// <summary>The next message: its channel and text; null where the server closes.</summary>
    public async Task<(byte Channel, string Text)?> ReceiveAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var result = await socket.ReceiveAsync(buffer.AsMemory(), context.CancellationToken);
        return result.MessageType == WebSocketMessageType.Close ? null : (buffer[0], Encoding.UTF8.GetString(buffer, 1, result.Count - 1));
    }

    /// <summary>Sends a message on a channel.</summary>
    public ValueTask SendAsync(WebSocket socket, byte channel, ReadOnlySpan<byte> bytes) =>
        socket.SendAsync(new[] { channel }.Concat(bytes.ToArray()).ToArray().AsMemory(), WebSocketMessageType.Binary, true, context.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        handler.Dispose();
        await Double.DisposeAsync();
    }
}
