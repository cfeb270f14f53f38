using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Kubernetes.Configuration;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Kubernetes;

/// <summary>What is read of a kubeconfig.</summary>
[TestClass]
public sealed class KubeConfigTests(TestContext context)
{
    private const string Whole = """
        apiVersion: v1
        kind: Config
        current-context: work
        clusters:
        - name: one
          cluster: {server: "https://one.example:6443", certificate-authority: ca.pem, tls-server-name: api.example}
        - name: two
          cluster: {server: "https://two.example", insecure-skip-tls-verify: true}
        contexts:
        - name: work
          context: {cluster: one, user: me, namespace: builds}
        - name: play
          context: {cluster: two, user: robot}
        users:
        - name: me
          user: {token: canary, extra: ignored}
        - name: robot
          user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
        """;

    [TestMethod]
    public async Task Find_CurrentContext_GivesClusterAccountAndNamespace()
    {
        Write("ca.pem", "authority");

        var settings = await FindAsync(Write("config", Whole));

        Assert.AreEqual("https://one.example:6443", settings.Name);
        Assert.AreEqual("builds", settings.Namespace);
        Assert.AreEqual("canary", settings.Token);
        Assert.AreEqual("authority", settings.Authorities);
        Assert.AreEqual("api.example", settings.ServerName);
        Assert.IsFalse(settings.SkipsVerification);
    }

    [TestMethod]
    public async Task Find_OtherContext_GivesItsCertificate()
    {
        var settings = await FindAsync(Write("config", Whole), "play");

        Assert.AreEqual("https://two.example", settings.Name);
        Assert.AreEqual("default", settings.Namespace);
        Assert.AreEqual("CERT", settings.Certificate);
        Assert.AreEqual("KEY", settings.Key);
        Assert.IsTrue(settings.SkipsVerification);
    }

    [TestMethod]
    public async Task Find_SeveralFiles_TheFirstWins()
    {
        Write("ca.pem", "authority");
        var first = Write("first", "current-context: play\nusers:\n- name: robot\n  user: {token: first}\n");

        var settings = await FindAsync($"{first}:/nowhere/config:{Write("config", Whole)}");

        Assert.AreEqual("https://two.example", settings.Name);
        Assert.AreEqual("first", settings.Token);
    }

    [TestMethod]
    public async Task Find_HomeFolder_IsUsedWithoutTheVariable()
    {
        Directory.CreateDirectory(Path.Combine(context.Folder(), ".kube"));
        Write("ca.pem", "authority");
        File.Copy(Write("config", Whole.Replace("ca.pem", "../ca.pem", StringComparison.Ordinal)), Path.Combine(context.Folder(), ".kube/config"));

        var settings = await KubeConfigFiles.FindAsync(null, name => name == "HOME" ? context.Folder() : null, NoAccount, context.CancellationToken);

        Assert.AreEqual("builds", settings.Namespace);
    }

    [TestMethod]
    [DataRow("nowhere", "OFB2802")]
    [DataRow("", "OFB2802")]
    public async Task Find_NoSuchContext_NamesThoseThatThereAre(string name, string code)
    {
        var failure = await FailAsync(Write("config", Whole), name);

        Assert.AreEqual(code, failure.Descriptor.Code);
        Assert.Contains("work, play", failure.Message);
    }

    [TestMethod]
    [DataRow("a: [")]
    [DataRow("contexts: text")]
    [DataRow("current-context: a\ncontexts:\n- name: a\n  context: {cluster: none}\n")]
    [DataRow("current-context: a\ncontexts:\n- name: a\n  context: {cluster: b}\nclusters:\n- name: b\n  cluster: {server: 'ftp://x'}\n")]
    [DataRow("current-context: a\ncontexts:\n- name: a\n  context: {cluster: b}\nclusters:\n- name: b\n  cluster: {server: 'https://x', certificate-authority: nowhere.pem}\n")]
    [DataRow("current-context: a\ncontexts:\n- name: a\n  context: {cluster: b}\nclusters:\n- name: b\n  cluster: {server: 'https://x', certificate-authority-data: '***'}\n")]
    [DataRow("current-context: a\ncontexts:\n- name: a\n  context: {cluster: b, user: c}\nclusters:\n- name: b\n  cluster: {server: 'https://x'}\nusers:\n- name: c\n  user: {exec: {apiVersion: other, command: x}}\n")]
    [DataRow("current-context: a\ncontexts:\n- name: a\n  context: {cluster: b, user: c}\nclusters:\n- name: b\n  cluster: {server: 'https://x'}\nusers:\n- name: c\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: none-such}}\n")]
    public async Task Find_FileThatCannotBeUsed_IsACodedError(string text) =>
        Assert.AreEqual("OFB2801", (await FailAsync(Write("config", text))).Descriptor.Code);

    [TestMethod]
    public async Task Find_Case26HugeOrDeepFile_IsRefused()
    {
        Assert.AreEqual("OFB2801", (await FailAsync(Write("large", new string('#', 2 << 20)))).Descriptor.Code);
        Assert.AreEqual("OFB2801", (await FailAsync(Write("deep", "a: " + new string('[', 5000)))).Descriptor.Code);
    }

    [TestMethod]
    public async Task Find_Nothing_NamesWhatWasTried()
    {
        var failure = await FailAsync("/nowhere/config");

        Assert.AreEqual("OFB2800", failure.Descriptor.Code);
        Assert.Contains("/nowhere/config", failure.Message);
    }

    [TestMethod]
    [DataRow("kube/config")]
    [DataRow("./config")]
    [DataRow("~/.kube/config")]
    public async Task Find_RelativeEntry_IsAnErrorThatNamesIt(string entry)
    {
        foreach (var list in new[] { entry, $"{Write("config", Whole)}:{entry}" })
        {
            var failure = await FailAsync(list);

            Assert.AreEqual("OFB2801", failure.Descriptor.Code);
            Assert.Contains($"'{entry}'", failure.Message);
            Assert.Contains("full path", failure.Message);
        }
    }

    [TestMethod]
    public async Task Find_MoreFilesThanAnybodyHas_IsAnError()
    {
        var list = string.Join(':', Enumerable.Range(0, 40).Select(i => $"/nowhere/{i}")) + ":" + Write("config", Whole);

        Assert.AreEqual("OFB2801", (await FailAsync(list)).Descriptor.Code);
    }

    [TestMethod]
    [DataRow("http://somebody:canary@proxy.example:3128", true)]
    [DataRow("socks5://proxy.example:1080", true)]
    [DataRow("ftp://proxy.example", false)]
    [DataRow("proxy.example:3128", false)]
    public async Task Find_Proxy_IsOneThatConnectionsCanUse(string proxy, bool expected)
    {
        Write("ca.pem", "authority");
        var file = Write("config", Whole.Replace("certificate-authority: ca.pem", $"proxy-url: '{proxy}'", StringComparison.Ordinal));

        if (expected)
        {
            Assert.AreEqual(new Uri(proxy), (await FindAsync(file)).Proxy);
            return;
        }

        var failure = await FailAsync(file);
        Assert.AreEqual("OFB2801", failure.Descriptor.Code);
        Assert.Contains("proxy-url", failure.Message);
    }

    private string NoAccount => Path.Combine(context.Folder(), "no-account");

    private string Write(string name, string text)
    {
        var path = Path.Combine(context.Folder(), name);
        File.WriteAllText(path, text);
        return path;
    }

    private Task<ClusterSettings> FindAsync(string list, string? wanted = null) =>
        KubeConfigFiles.FindAsync(wanted, name => name == "KUBECONFIG" ? list : null, NoAccount, context.CancellationToken);

    private async Task<Diagnostic> FailAsync(string list, string? wanted = null) =>
        (await Assert.ThrowsExactlyAsync<DiagnosticException>(() => FindAsync(list, wanted))).Diagnostics[0];
}
