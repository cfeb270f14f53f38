using k8s;
using k8s.Models;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Connections;

namespace OpenFaaS.Build.Integration.Tests.Kubernetes;

/// <summary>How a cluster is reached, and with which credentials.</summary>
[TestClass, RequiresClusterDouble]
public sealed class ClusterTests(TestContext context)
{
    [TestMethod]
    public async Task Ask_TokenOfAPlugin_IsUsedAndRenewedWhenItIsRefused()
    {
        await using var cluster = TestCluster.Start(context);
        var token = Path.Combine(context.Folder(), "plugin-token");
        await File.WriteAllTextAsync(token, cluster.Double.Token, context.CancellationToken);
        cluster.Use(await PluginAsync($$$"""printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat '{{{token}}}')" """));
        using var open = await OpenAsync(cluster);

        Assert.IsEmpty((await ListAsync(open)).Items);
        cluster.Double.Token = "token-of-tomorrow";
        await File.WriteAllTextAsync(token, cluster.Double.Token, context.CancellationToken);
        Assert.IsEmpty((await ListAsync(open)).Items);
    }

    [TestMethod]
    public async Task Ask_TokenIsRefusedAfterAServerFailure_IsRenewedAllTheSame()
    {
        await using var cluster = TestCluster.Start(context);
        var token = Path.Combine(context.Folder(), "rotated-token");
        await File.WriteAllTextAsync(token, cluster.Double.Token, context.CancellationToken);
        cluster.Use(await PluginAsync($$$"""printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat '{{{token}}}')" """));
        using var open = await OpenAsync(cluster);
        cluster.Double.Faults.Fail("list", "pods", 503);
        var asked = 0;

        var list = await open.AskAsync(
            new ClusterRequest("list", "pods", "builds"),
            async (api, cancel) =>
            {
                if (Interlocked.Increment(ref asked) == 2)
                {
                    cluster.Double.Token = "token-of-tomorrow";
                    await File.WriteAllTextAsync(token, cluster.Double.Token, cancel);
                }

                return await api.CoreV1.ListNamespacedPodAsync("builds", cancellationToken: cancel);
            },
            null,
            context.CancellationToken);

        Assert.IsEmpty(list!.Items);
        Assert.AreEqual(3, asked);
    }

    [TestMethod]
    [DataRow("echo canary; echo 'login \u001b[31mexpired' >&2; exit 3", "exit code 3: login  [31mexpired")]
    [DataRow("echo canary", "its output is no credential")]
    public async Task Open_PluginFails_TellsItsErrorAndNotItsOutput(string script, string expected)
    {
        await using var cluster = TestCluster.Start(context);
        cluster.Use(await PluginAsync(script));

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => OpenAsync(cluster))).Diagnostics.Single();

        Assert.AreEqual("OFB2803", failure.Descriptor.Code);
        Assert.Contains(expected, failure.Message);
        Assert.DoesNotContain("canary", failure.Message);
    }

    [TestMethod]
    public async Task Ask_CertificateOfAnotherAuthority_IsRefused()
    {
        await using var cluster = TestCluster.Start(context);
        var other = new PrivateAuthority(Path.Combine(context.Folder(), "other"));
        var text = await File.ReadAllTextAsync(cluster.Config, context.CancellationToken);
        var at = text.IndexOf("certificate-authority: \"", StringComparison.Ordinal) + "certificate-authority: \"".Length;
        await File.WriteAllTextAsync(cluster.Config, text[..at] + other.AuthorityFile + text[text.IndexOf('"', at)..], context.CancellationToken);
        using var open = await OpenAsync(cluster);

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => ListAsync(open))).Diagnostics.Single();

        Assert.AreEqual("OFB2804", failure.Descriptor.Code);
        Assert.Contains("no authority that is trusted has issued the certificate", failure.Message);
    }

    [TestMethod]
    public async Task Open_PlainHttpToAnotherMachine_IsRefused()
    {
        var config = Path.Combine(context.Folder(), "plain");
        await File.WriteAllTextAsync(config, "current-context: a\ncontexts:\n- name: a\n  context: {cluster: b}\nclusters:\n- name: b\n  cluster: {server: 'http://192.0.2.1:8080'}\n", context.CancellationToken);

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => OpenAsync(config))).Diagnostics.Single();

        Assert.AreEqual("OFB2810", failure.Descriptor.Code);
    }

    [TestMethod]
    [DataRow("list", "pods")]
    [DataRow("watch", "pods")]
    [DataRow("create", "pods/exec")]
    public async Task Ask_ServerNeverAnswers_IsGivenUpInTime(string verb, string resource)
    {
        await using var cluster = TestCluster.Start(context);
        ClusterCalls.AddPod(cluster, "first");
        cluster.Double.Faults.Silent[(verb, resource)] = true;
        using var open = await Cluster.OpenAsync(null, allowInsecure: false, cluster.Variables, new FastTime(30), context.CancellationToken);
        var calls = new ClusterCalls(open, context.CancellationToken);
        Task call = verb switch { "list" => calls.ListAsync(), "watch" => calls.WatchAsync(), _ => calls.ExecAsync("first") };

        var failure = (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => call.WaitAsync(TimeSpan.FromSeconds(60), context.CancellationToken))).Diagnostics.Single();

        Assert.AreEqual("OFB2804", failure.Descriptor.Code);
        Assert.Contains("no answer in time", failure.Message);
    }

    private async Task<string> PluginAsync(string script)
    {
        var path = Path.Combine(context.Folder(), "plugin-" + Guid.NewGuid().ToString("n"));
        await Tool.WriteScriptAsync(path, $"#!/bin/sh\n{script}\n", context.CancellationToken);
        return $"exec: {{apiVersion: client.authentication.k8s.io/v1, command: '{path}', interactiveMode: Never}}";
    }

    private Task<Cluster> OpenAsync(TestCluster cluster) => OpenAsync(cluster.Config);

    private Task<Cluster> OpenAsync(string config) =>
        Cluster.OpenAsync(null, allowInsecure: false, name => name == "KUBECONFIG" ? config : null, TimeProvider.System, context.CancellationToken);

    private async Task<V1PodList> ListAsync(Cluster cluster) => (await cluster.AskAsync(
        new ClusterRequest("list", "pods", "builds"),
        (api, token) => api.CoreV1.ListNamespacedPodAsync("builds", cancellationToken: token),
        null,
        context.CancellationToken))!;
}
