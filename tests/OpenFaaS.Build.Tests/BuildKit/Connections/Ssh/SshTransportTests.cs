using System.Globalization;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Ssh;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections.Ssh;

/// <summary>What the ssh client's ends mean, with a script in its place; a real client and server are in the integration tests.</summary>
[TestClass]
public sealed class SshTransportTests(TestContext context)
{
    [TestMethod]
    [DataRow("echo 'Permission denied (publickey).' >&2; exit 255", "OFB5032", "exit code 255: Permission denied (publickey)")]
    [DataRow("echo 'bash: line 1: buildctl: command not found' >&2; exit 127", "OFB5033", "docker system dial-stdio")]
    [DataRow("printf 'error: \\033[31mno daemon\\n' >&2; exit 1", "OFB5034", "exit code 1: error:  [31mno daemon")]
    [DataRow("echo Welcome; exit 0", "OFB5034", "exit code 0: Welcome")]
    [DataRow("exit 3", "OFB5034", "exit code 3, without a word")]
    [DataRow("head -c 100000 /dev/zero | tr '\\0' y >&2; echo ' last' >&2; exit 255", "OFB5032", "y last")]
    public async Task Connect_ClientEnds_SaysWhy(string script, string code, string expected)
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await ConnectAsync(script, context.CancellationToken));

        Assert.AreEqual(code, failure.Diagnostics[0].Descriptor.Code, failure.Message);
        Assert.Contains(expected, failure.Message + failure.Diagnostics[0].Descriptor.Cause);
        Assert.DoesNotContain('\u001b', failure.Message);
    }

    [TestMethod]
    public async Task Connect_TextAndNoEnd_IsNotWaitedForLong()
    {
        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await ConnectAsync("echo Password:; exec sleep 600", context.CancellationToken));

        Assert.AreEqual("OFB5034", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("Password:", failure.Message);
    }

    [TestMethod]
    public async Task Connect_Case82Cancelled_EndsTheClient()
    {
        var mark = Path.Combine(context.Folder(), "pid");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var connecting = ConnectAsync($"echo $$ > {mark}.new; mv {mark}.new {mark}; exec sleep 600", cancel.Token).AsTask();
        while (!File.Exists(mark))
        {
            await Task.Delay(10, context.CancellationToken);
        }

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        var pid = int.Parse(await File.ReadAllTextAsync(mark, context.CancellationToken), CultureInfo.InvariantCulture);
        Assert.IsFalse(Directory.Exists($"/proc/{pid}"));
    }

    [TestMethod]
    public async Task Connect_NoClient_SaysSo()
    {
        var settings = new ConnectionSettings { Environment = _ => null };

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await SshTransport.Create("ssh://host", settings).ConnectAsync(context.CancellationToken));

        Assert.AreEqual("OFB5031", failure.Diagnostics[0].Descriptor.Code);
    }

    private async ValueTask<Stream> ConnectAsync(string script, CancellationToken cancellationToken)
    {
        await Tool.WriteScriptAsync(Path.Combine(context.Folder(), "ssh"), "#!/bin/sh\n" + script + "\n", context.CancellationToken);
        var settings = new ConnectionSettings { Environment = name => name == "PATH" ? context.Folder() : null };
        return await SshTransport.Create("ssh://user@host", settings).ConnectAsync(cancellationToken);
    }
}
