using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes;

/// <summary>Accounts that show a certificate rather than a token.</summary>
[TestClass, RequiresClusterDouble]
public sealed class ClientCertificateTests(TestContext context)
{
    [TestMethod]
    public async Task Ask_CertificateOfTheKubeconfig_IsShown()
    {
        await using var cluster = TestCluster.Start(context);
        var (certificate, key) = Authority().IssueClient();
        cluster.Double.Certificate = Thumbprint(certificate);
        cluster.Use($"client-certificate: '{certificate}', client-key: '{key}'");
        using var open = await OpenAsync(cluster);

        await AssertEveryCallAsync(cluster, open, "first");
    }

    [TestMethod]
    public async Task Ask_CertificateOfAPluginIsRefused_ShowsTheNextOne()
    {
        await using var cluster = TestCluster.Start(context);
        var authority = Authority();
        var plugin = await UsePluginAsync(cluster, authority.IssueClient("one"));
        using var open = await OpenAsync(cluster);
        await AssertEveryCallAsync(cluster, open, "first");
        using var watch = await new ClusterCalls(open, context.CancellationToken).WatchAsync();
        Assert.Contains("first", await watch.ReadLineAsync(context.CancellationToken) ?? "");

        await WriteAsync(cluster, plugin, authority.IssueClient("two"));

        await AssertEveryCallAsync(cluster, open, "second");
        Assert.Contains("second", await watch.ReadLineAsync(context.CancellationToken) ?? "", "What was opened with the former goes on.");
    }

    [TestMethod]
    public async Task Ask_ManyAtOnceWithARefusedCertificate_AllShowTheNextOne()
    {
        await using var cluster = TestCluster.Start(context);
        var authority = Authority();
        var plugin = await UsePluginAsync(cluster, authority.IssueClient("one"));
        using var open = await OpenAsync(cluster);
        ClusterCalls.AddPod(cluster, "first");
        var calls = new ClusterCalls(open, context.CancellationToken);
        Assert.AreEqual("first", await calls.ListAsync());

        await WriteAsync(cluster, plugin, authority.IssueClient("two"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(calls.ListAsync)));

        Assert.IsTrue(answers.All(answer => answer == "first"));
        Assert.HasCount(2, await File.ReadAllLinesAsync(plugin + ".asked", context.CancellationToken));
    }

    [TestMethod]
    public async Task Open_CertificateOfAPluginIsNone_IsACodedError()
    {
        await using var cluster = TestCluster.Start(context);
        var broken = Path.Combine(context.Folder(), "broken");
        await File.WriteAllTextAsync(broken, "no certificate", context.CancellationToken);
        await UsePluginAsync(cluster, Authority().IssueClient(), broken);

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => OpenAsync(cluster))).Diagnostics.Single();

        Assert.AreEqual("OFB2801", failure.Descriptor.Code);
        Assert.Contains("certificate", failure.Message);
    }

    private static string Thumbprint(string file)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        return certificate.Thumbprint;
    }

    // The API server trusts what it is told to, so the authority of its clients is none of its own.
    private PrivateAuthority Authority() => new(Path.Combine(context.Folder(), "clients"));

    // A command that prints what a file holds, and notes that it was asked.
    private async Task<string> UsePluginAsync(TestCluster cluster, (string Certificate, string Key) account, string? shown = null)
    {
        var path = Path.Combine(context.Folder(), "plugin-" + Guid.NewGuid().ToString("n"));
        await Tool.WriteScriptAsync(path, $"#!/bin/sh\necho asked >> '{path}.asked'\ncat '{path}.json'\n", context.CancellationToken);
        cluster.Use($"exec: {{apiVersion: client.authentication.k8s.io/v1, command: '{path}', interactiveMode: Never}}");
        await WriteAsync(cluster, path, account, shown);
        return path;
    }

    private async Task WriteAsync(TestCluster cluster, string plugin, (string Certificate, string Key) account, string? shown = null)
    {
        var status = new JsonObject
        {
            ["clientCertificateData"] = await File.ReadAllTextAsync(shown ?? account.Certificate, context.CancellationToken),
            ["clientKeyData"] = await File.ReadAllTextAsync(account.Key, context.CancellationToken),
        };
        var credential = new JsonObject { ["apiVersion"] = "client.authentication.k8s.io/v1", ["kind"] = "ExecCredential", ["status"] = status };
        await File.WriteAllTextAsync(plugin + ".json", credential.ToJsonString(), context.CancellationToken);
        cluster.Double.Certificate = Thumbprint(account.Certificate);
    }

    private async Task AssertEveryCallAsync(TestCluster cluster, Cluster open, string pod)
    {
        ClusterCalls.AddPod(cluster, pod);
        var calls = new ClusterCalls(open, context.CancellationToken);
        Assert.Contains(pod, await calls.ListAsync());
        Assert.AreEqual(0, await calls.ExecAsync(pod));
    }

    private Task<Cluster> OpenAsync(TestCluster cluster) =>
        Cluster.OpenAsync(null, allowInsecure: false, cluster.Variables, TimeProvider.System, context.CancellationToken);
}
