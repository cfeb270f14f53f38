using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Configuration;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Kubernetes;

/// <summary>When the account of the pod that a build runs in is used.</summary>
[TestClass]
public sealed class InClusterAccountTests(TestContext context)
{
    private readonly Dictionary<string, string?> variables = new() { ["KUBERNETES_SERVICE_HOST"] = "10.0.0.1", ["KUBERNETES_SERVICE_PORT"] = "443" };

    [TestMethod]
    [DataRow("10.0.0.1", "https://10.0.0.1")]
    [DataRow("fd00::1", "https://[fd00::1]")]
    public async Task Find_InAPod_GivesServerAuthorityTokenAndNamespace(string host, string server)
    {
        variables["KUBERNETES_SERVICE_HOST"] = host;

        var settings = await FindAsync();

        Assert.AreEqual(server, settings.Name);
        Assert.AreEqual("authority", settings.Authorities);
        Assert.AreEqual("builds", settings.Namespace);
        Assert.AreEqual("canary", await File.ReadAllTextAsync(settings.TokenFile!, context.CancellationToken));
        Assert.IsFalse(settings.SkipsVerification);
    }

    [TestMethod]
    [DataRow("token")]
    [DataRow("ca.crt")]
    public async Task Find_PodWithoutAccount_IsNoCluster(string missing)
    {
        var folder = Account();
        File.Delete(Path.Combine(folder, missing));

        Assert.AreEqual("OFB2800", (await FailAsync(null, folder)).Descriptor.Code);
    }

    [TestMethod]
    [DataRow("/nowhere/config")]
    [DataRow("/nowhere/one:/nowhere/two")]
    [DataRow(":")]
    public async Task Find_FilesAreNamedAndNotThere_IsNotThePodsAccount(string list)
    {
        variables["KUBECONFIG"] = list;

        var failure = await FailAsync(null, Account());

        Assert.AreEqual("OFB2800", failure.Descriptor.Code);
        Assert.Contains(list, failure.Message);
        Assert.DoesNotContain("the pod's service account", failure.Message);
    }

    [TestMethod]
    public async Task Find_ContextIsNamed_IsNotThePodsAccount()
    {
        var failure = await FailAsync("work", Account());

        Assert.AreEqual("OFB2800", failure.Descriptor.Code);
        Assert.Contains("'work'", failure.Message);
    }

    private string Account()
    {
        var folder = Directory.CreateDirectory(Path.Combine(context.Folder(), "serviceaccount")).FullName;
        File.WriteAllText(Path.Combine(folder, "ca.crt"), "authority");
        File.WriteAllText(Path.Combine(folder, "token"), "canary");
        File.WriteAllText(Path.Combine(folder, "namespace"), "builds\n");
        return folder;
    }

    private Task<ClusterSettings> FindAsync() => KubeConfigFiles.FindAsync(null, variables.GetValueOrDefault, Account(), context.CancellationToken);

    private async Task<Diagnostic> FailAsync(string? wanted, string folder) =>
        (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => KubeConfigFiles.FindAsync(wanted, variables.GetValueOrDefault, folder, context.CancellationToken))).Diagnostics[0];
}
