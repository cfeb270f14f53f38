using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Configuration;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes;

/// <summary>Other ways to a cluster than an address alone: a proxy, another name in its certificate, the account of a pod.</summary>
[TestClass, RequiresClusterDouble]
public sealed class ClusterRouteTests(TestContext context)
{
    private const string Login = "some%40body:canary%3A1";

    [TestMethod]
    public async Task Ask_ProxyWithLogin_GoesThroughItsTunnel()
    {
        await using var proxy = TunnelProxy.Start(Uri.UnescapeDataString(Login));
        await using var cluster = TestCluster.Start(context);
        cluster.Use("", $"proxy-url: 'http://{Login}@{proxy.Address}'");
        using var open = await OpenAsync(cluster);

        await AssertEveryCallAsync(cluster, open);

        Assert.IsNotEmpty(proxy.Targets);
        Assert.IsTrue(proxy.Targets.All(target => $"https://{target}" == cluster.Double.Address), string.Join(' ', proxy.Targets));
    }

    [TestMethod]
    public async Task Ask_ProxyRefusesTheLogin_SaysSoWithoutIt()
    {
        await using var proxy = TunnelProxy.Start("another:login");
        await using var cluster = TestCluster.Start(context);
        cluster.Use("", $"proxy-url: 'http://{Login}@{proxy.Address}'");
        using var open = await Cluster.OpenAsync(null, allowInsecure: false, cluster.Variables, new FastTime(100), context.CancellationToken);

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => new ClusterCalls(open, context.CancellationToken).ListAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2804", failure.Descriptor.Code);
        Assert.Contains("407", failure.Message);
        Assert.DoesNotContain("canary", failure.Message);
        Assert.IsEmpty(proxy.Targets);
    }

    [TestMethod]
    public async Task Ask_OtherNameInTheCertificate_IsTheOneOfTheKubeconfig()
    {
        await using var cluster = TestCluster.Start(context, host: "api.example");
        cluster.Use("", "tls-server-name: api.example");
        using var open = await OpenAsync(cluster);

        await AssertEveryCallAsync(cluster, open);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("tls-server-name: other.example")]
    public async Task Ask_CertificateIsForAnotherName_IsRefused(string key)
    {
        await using var cluster = TestCluster.Start(context, host: "api.example");
        cluster.Use("", key);
        using var open = await OpenAsync(cluster);

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => new ClusterCalls(open, context.CancellationToken).ListAsync())).Diagnostics.Single();

        Assert.AreEqual("OFB2804", failure.Descriptor.Code);
        Assert.Contains("the certificate is for another name", failure.Message);
    }

    [TestMethod]
    public async Task Ask_AccountOfAPod_IsUsedAndItsTokenReadAgainWhenItIsRefused()
    {
        await using var cluster = TestCluster.Start(context);
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "serviceaccount")).FullName;
        File.Copy(cluster.Double.AuthorityFile, Path.Combine(folder, "ca.crt"));
        await File.WriteAllTextAsync(Path.Combine(folder, "token"), cluster.Double.Token, context.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "namespace"), "builds\n", context.CancellationToken);
        var port = new Uri(cluster.Double.Address).Port.ToString(CultureInfo.InvariantCulture);
        var variables = new Dictionary<string, string?> { ["KUBERNETES_SERVICE_HOST"] = "127.0.0.1", ["KUBERNETES_SERVICE_PORT"] = port };

        var settings = await KubeConfigFiles.FindAsync(null, variables.GetValueOrDefault, folder, context.CancellationToken);
        using var open = await Cluster.OfAsync(settings, allowInsecure: false, TimeProvider.System, context.CancellationToken);

        Assert.AreEqual("builds", open.Settings.Namespace);
        await AssertEveryCallAsync(cluster, open);
        cluster.Double.Token = "token-of-tomorrow";
        await File.WriteAllTextAsync(Path.Combine(folder, "token"), cluster.Double.Token, context.CancellationToken);
        Assert.AreEqual("first", await new ClusterCalls(open, context.CancellationToken).ListAsync());
    }

    private async Task AssertEveryCallAsync(TestCluster cluster, Cluster open)
    {
        ClusterCalls.AddPod(cluster, "first");
        var calls = new ClusterCalls(open, context.CancellationToken);
        Assert.AreEqual("first", await calls.ListAsync());
        using var watch = await calls.WatchAsync();
        Assert.Contains("first", await watch.ReadLineAsync(context.CancellationToken) ?? "");
        Assert.AreEqual(0, await calls.ExecAsync("first"));
    }

    private Task<Cluster> OpenAsync(TestCluster cluster) =>
        Cluster.OpenAsync(null, allowInsecure: false, cluster.Variables, TimeProvider.System, context.CancellationToken);
}
