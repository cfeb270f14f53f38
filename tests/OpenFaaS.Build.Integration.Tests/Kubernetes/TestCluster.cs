using OpenFaaS.Build.Integration.Tests.Kubernetes.Double;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes;

/// <summary>The cluster of a test: the one of <c>OPENFAAS_TEST_KUBERNETES</c> (a kubeconfig), else a double.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly ApiServerDouble? server;
    private readonly string folder;

    private TestCluster(ApiServerDouble? server, string folder, string config) => (this.server, this.folder, Config) = (server, folder, config);

    /// <summary>Path of a kubeconfig of a real cluster; empty where tests use a double.</summary>
    public static string Real => Environment.GetEnvironmentVariable("OPENFAAS_TEST_KUBERNETES") ?? "";

    /// <summary>The executor's image that a real cluster's nodes can pull (<c>OPENFAAS_TEST_KANIKO_IMAGE</c>); empty for none.</summary>
    public static string Image => Environment.GetEnvironmentVariable("OPENFAAS_TEST_KANIKO_IMAGE") ?? "";

    /// <summary>The registry that a real cluster's pods and this machine reach under one name (<c>OPENFAAS_TEST_KUBERNETES_REGISTRY</c>), without credentials; empty for none.</summary>
    public static string Registry => Environment.GetEnvironmentVariable("OPENFAAS_TEST_KUBERNETES_REGISTRY") ?? "";

    /// <summary>Path of the kubeconfig.</summary>
    public string Config { get; private set; }

    /// <summary>The double, for tests that say that they need it.</summary>
    public ApiServerDouble Double => server ?? throw new AssertFailedException("This test needs the double: mark it with RequiresClusterDouble.");

    /// <summary>The environment in which the cluster is found.</summary>
    public Func<string, string?> Variables => name => name == "KUBECONFIG" ? Config : server is null ? Environment.GetEnvironmentVariable(name) : null;

    /// <summary>Starts it.</summary>
    /// <param name="context">The test.</param>
    /// <param name="program">What containers of the double run; null for nothing.</param>
    /// <param name="command">What commands in its pods do; null for nothing.</param>
    /// <param name="host">The name in the double's certificate.</param>
    public static TestCluster Start(TestContext context, ContainerProgram? program = null, PodCommand? command = null, string host = "localhost")
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "cluster-" + Guid.NewGuid().ToString("n"))).FullName;
        if (Real.Length > 0)
        {
            return new TestCluster(null, folder, Real);
        }

        var server = ApiServerDouble.Start(folder, program ?? ((_, _) => Task.FromResult(0)), command ?? ((_, _, _, _, _) => Task.FromResult(0)), host);
        return new TestCluster(server, folder, server.WriteConfig(folder));
    }

    /// <summary>The cluster, as builds reach it. The caller disposes it.</summary>
    public Task<Cluster> OpenAsync(CancellationToken cancellationToken) => Cluster.OpenAsync(null, allowInsecure: false, Variables, TimeProvider.System, cancellationToken);

    /// <summary>Takes another account of the double from now on, or another way to it.</summary>
    /// <param name="user">Keys of the user; empty for the double's token.</param>
    /// <param name="cluster">Further keys of the cluster.</param>
    public void Use(string user, string cluster = "") => Config = Double.WriteConfig(folder, user, cluster);

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Skips a test of faults that only the double can be made to show, where tests run against a real cluster.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresClusterDoubleAttribute : ConditionBaseAttribute
{
    public RequiresClusterDoubleAttribute()
        : base(ConditionMode.Include) => IgnoreMessage = "OPENFAAS_TEST_KUBERNETES names a real cluster, which cannot be made to fail like this";

    /// <inheritdoc/>
    public override string GroupName => nameof(RequiresClusterDoubleAttribute);

    /// <inheritdoc/>
    public override bool IsConditionMet => TestCluster.Real.Length == 0;
}
