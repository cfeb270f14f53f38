using System.Net.Sockets;
using System.Text.Json.Nodes;
using OpenFaaS.Build.Integration.Tests.Kubernetes.Double;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Connections.Pods;

/// <summary>Pods of the API server double whose <c>buildctl dial-stdio</c> leads to the BuildKit of a real engine.</summary>
internal sealed class BuildKitPods : IAsyncDisposable
{
    private readonly string config;

    private BuildKitPods(BuildKitBridge bridge, string folder)
    {
        Bridge = bridge;
        Command = DialAsync;
        Server = ApiServerDouble.Start(folder, (_, _) => Task.FromResult(0), (words, input, output, error, token) => Command(words, input, output, error, token));
        config = Server.WriteConfig(folder);
    }

    public BuildKitBridge Bridge { get; }

    public ApiServerDouble Server { get; }

    /// <summary>What a command in a pod does; at first it leads to the daemon.</summary>
    public PodCommand Command { get; set; }

    /// <summary>Commands that run now.</summary>
    public int Commands => commands;

    private int commands;

    /// <summary>The environment in which the cluster is found.</summary>
    public Func<string, string?> Environment => name => name == "KUBECONFIG" ? config : null;

    public static BuildKitPods Start(string engine, string folder) => new(BuildKitBridge.OnUnix(engine), folder);

    public void AddDeployment(string name) => Server.Store.Create("deployments", Server.Namespace, new JsonObject
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } } },
    });

    /// <summary>A pod that runs, of the Deployment that <see cref="AddDeployment"/> makes under the name.</summary>
    public void AddPod(string name, string app, bool isReady = true) => AddPod(name, new Dictionary<string, string> { ["app"] = app }, isReady);

    /// <summary>A pod that runs.</summary>
    public void AddPod(string name, IEnumerable<KeyValuePair<string, string>> labels, bool isReady = true) => Server.Store.Create("pods", Server.Namespace, new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))) },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "buildkitd", ["image"] = "registry.example/buildkit:1" }) },
        ["status"] = new JsonObject { ["phase"] = "Running", ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = isReady ? "True" : "False" }) },
    });

    /// <summary>Sets a pod's phase.</summary>
    public void SetPhase(string name, string phase) => Server.Store.Update("pods", Server.Namespace, name, pod => pod["status"]!["phase"] = phase);

    public async ValueTask DisposeAsync()
    {
        await Bridge.DisposeAsync();
        await Server.DisposeAsync();
    }

    private async Task<int> DialAsync(IReadOnlyList<string> words, Stream input, Stream output, Stream error, CancellationToken cancellationToken)
    {
        Assert.AreEqual("buildctl dial-stdio", string.Join(' ', words));
        Interlocked.Increment(ref commands);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Bridge.Address["unix://".Length..]), cancellationToken);
            await using var stream = new NetworkStream(socket);
            var sending = SendAsync(input, stream, socket, cancellationToken);
            var receiving = stream.CopyToAsync(output, cancellationToken);
            await Task.WhenAny(receiving, sending);
            if (!receiving.IsCompleted)
            {
                // The real one ends with its input, whatever the daemon does.
                socket.Shutdown(SocketShutdown.Both);
            }

            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        finally
        {
            Interlocked.Decrement(ref commands);
        }
    }

    private static async Task SendAsync(Stream input, Stream output, Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            await input.CopyToAsync(output, cancellationToken);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or System.Net.WebSockets.WebSocketException or ObjectDisposedException)
        {
            // Cut, which ends both ways.
        }
    }
}
