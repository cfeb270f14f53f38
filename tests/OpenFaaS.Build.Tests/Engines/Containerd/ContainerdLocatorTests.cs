using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Engines.Containerd;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Engines.Containerd;

/// <summary>Which client is taken and what it is told; the clients are stand-ins that write down their arguments.</summary>
[TestClass]
public sealed class ContainerdLocatorTests(TestContext context)
{
    private static readonly ImageReference Name = new("docker.io", "library/hello", "latest", null);
    private static readonly string Digest = "sha256:" + new string('a', 64);

    [TestMethod]
    public async Task Find_NoClient_IsACodedErrorThatNamesBoth()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => FindAsync(new ContainerdModel(), context.Folder()));

        Assert.AreEqual("OFB2301", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("ctr and nerdctl", failure.Diagnostics[0].Message);
    }

    [TestMethod]
    [DataRow("ctr", "--namespace openfaas-fn version")]
    [DataRow("nerdctl", "--namespace openfaas-fn namespace ls --quiet")]
    public async Task Find_NothingGiven_AsksForTheNamespaceOfFaasd(string client, string expected)
    {
        var folder = context.Folder();
        await StandInAsync(folder, client, "");

        await FindAsync(new ContainerdModel(), folder);

        Assert.AreEqual(expected + "\n", await CallsAsync(folder));
    }

    [TestMethod]
    public async Task Find_BothClients_TakesCtrAndTheModelBeforeVariables()
    {
        var folder = context.Folder();
        await StandInAsync(folder, "ctr", "");
        await StandInAsync(folder, "nerdctl", "");

        await FindAsync(new ContainerdModel("/run/k3s/containerd/containerd.sock", "k8s.io"), folder, ("CONTAINERD_ADDRESS", "/other.sock"), ("CONTAINERD_NAMESPACE", "other"));

        Assert.AreEqual("--address /run/k3s/containerd/containerd.sock --namespace k8s.io version\n", await CallsAsync(folder));
    }

    [TestMethod]
    public async Task Find_ClientFails_IsItsErrorWithoutControlCharacters()
    {
        var folder = context.Folder();
        await StandInAsync(folder, "ctr", "printf 'cannot\\033[31m dial\\n' >&2; exit 1");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => FindAsync(new ContainerdModel(), folder));

        Assert.Contains("dial", failure.Diagnostics[0].Message);
        Assert.DoesNotContain("\u001b", failure.Diagnostics[0].Message);
    }

    [TestMethod]
    [DataRow("ctr", "REF TYPE DIGEST SIZE\\ndocker.io/library/hello:latest application/x {0} 1 KiB linux/amd64 -\\n", true)]
    [DataRow("ctr", "REF TYPE DIGEST SIZE\\n", false)]
    [DataRow("ctr", "REF TYPE DIGEST SIZE\\ndocker.io/library/hello:latest2 application/x {0} 1 KiB linux/amd64 -\\n", false)]
    [DataRow("nerdctl", "{0}\\n{0}\\n", true)]
    [DataRow("nerdctl", "", false)]
    public async Task FindImage_Answer_IsTheDigestOrNull(string client, string answer, bool isThere)
    {
        var folder = context.Folder();
        await StandInAsync(folder, client, $"printf '{string.Format(null, answer, Digest)}'");

        var found = await (await FindAsync(new ContainerdModel(), folder)).FindImageAsync(Name, context.CancellationToken);

        Assert.AreEqual(isThere ? Digest : null, found);
    }

    [TestMethod]
    [DataRow("ctr", "docker.io/library/hello:latest application/x sha256:12 1 KiB")]
    [DataRow("ctr", "docker.io/library/hello:latest")]
    [DataRow("nerdctl", "hello")]
    public async Task FindImage_AnswerWithoutDigest_IsACodedError(string client, string answer)
    {
        var folder = context.Folder();
        await StandInAsync(folder, client, $"printf '{answer}\\n'");
        var engine = await FindAsync(new ContainerdModel(), folder);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => engine.FindImageAsync(Name, context.CancellationToken));

        Assert.AreEqual("OFB2303", failure.Diagnostics[0].Descriptor.Code);
    }

    [TestMethod]
    public async Task Load_ClientSaysYesAndTheNameIsNotThere_IsACodedError()
    {
        var folder = context.Folder();
        await StandInAsync(folder, "nerdctl", "cat >/dev/null");
        var image = await TestImage.BuildAsync(folder, "lost", context.CancellationToken);
        var engine = await FindAsync(new ContainerdModel(), folder);

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => engine.LoadAsync(image, [Name], TestImage.Writer(Name), context.CancellationToken));

        Assert.AreEqual("OFB2302", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("it does not know", failure.Diagnostics[0].Message);
    }

    private Task<ContainerdCommand> FindAsync(ContainerdModel model, string folder, params (string Name, string Value)[] variables) =>
        ContainerdLocator.FindAsync(model, name => name == "PATH" ? folder : variables.FirstOrDefault(pair => pair.Name == name).Value, context.CancellationToken);

    private Task StandInAsync(string folder, string client, string script) =>
        Tool.WriteScriptAsync(Path.Combine(folder, client), $"#!/bin/sh\nPATH=/usr/bin:/bin\necho \"$*\" >>'{folder}/calls'\n{script}\n", context.CancellationToken);

    private Task<string> CallsAsync(string folder) => File.ReadAllTextAsync(Path.Combine(folder, "calls"), context.CancellationToken);
}
