using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Cache;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates.Cache;

[TestClass]
[RequiresTool("sshd", "git", "ssh", "ssh-keygen", "sshd")]
public sealed class GitSshTests(TestContext context)
{
    [TestMethod]
    [DataRow(false, "OFB6116")]
    [DataRow(true, "OFB6115")]
    public async Task Pull_Case33SshServerThatIsUnknownOrRefuses_IsAnErrorAtOnce(bool isKnown, string code)
    {
        using var server = await SshServer.StartAsync(context.CancellationToken);
        var knownHosts = Path.Combine(context.Folder(), "known_hosts");
        await File.WriteAllTextAsync(knownHosts, isKnown ? server.KnownHost : "", context.CancellationToken);
        Func<string, string?> environment = name => name switch
        {
            "PATH" => Environment.GetEnvironmentVariable(name),
            "GIT_SSH_COMMAND" => $"ssh -F /dev/null -oUserKnownHostsFile={knownHosts}",
            _ => null,
        };
        var cache = new TemplateCache(Path.Combine(context.Folder(), "cache"), environment, new TemplateLimits(), new RecordingLog());
        var source = new GitSource(string.Create(CultureInfo.InvariantCulture, $"ssh://git@127.0.0.1:{server.Port}/a.git"), null);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => cache.PullAsync(source, null, context.CancellationToken));

        Assert.AreEqual(code, error.Diagnostics[0].Descriptor.Code, error.Message);
        Assert.AreEqual("", isKnown ? "" : await File.ReadAllTextAsync(knownHosts, context.CancellationToken));
    }
}
