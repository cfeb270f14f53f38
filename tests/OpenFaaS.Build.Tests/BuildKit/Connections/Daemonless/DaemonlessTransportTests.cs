using System.Globalization;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Connections.Daemonless;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.BuildKit.Connections.Daemonless;

/// <summary>Daemons that never become ready, with scripts in the place of buildkitd; ready ones are in the integration tests.</summary>
[TestClass]
public sealed class DaemonlessTransportTests(TestContext context)
{
    [TestMethod]
    public void TryCreate_NoDaemonInPath_IsNull() => Assert.IsNull(DaemonlessTransport.TryCreate(new ConnectionSettings { Environment = _ => null }));

    [TestMethod]
    public async Task Connect_DaemonEndsAtOnce_SaysItsLastWords()
    {
        await using var transport = await TransportAsync("for i in 1 2 3 4 5 6 7 8; do echo line $i; done; printf 'no \\033[1mrunc\\n' >&2; exit 5");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await transport.ConnectAsync(context.CancellationToken));

        Assert.AreEqual("OFB5040", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("exit code 5: line 4 | line 5 | line 6 | line 7 | line 8 | no  [1mrunc", failure.Message);
    }

    [TestMethod]
    public async Task Connect_DaemonIsNeverReady_IsAnErrorAndTheDaemonIsStopped()
    {
        await using var transport = await TransportAsync($"{Mark}echo starting; exec sleep 600", new OverOnceMarked(MarkFile));

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await transport.ConnectAsync(context.CancellationToken));

        Assert.AreEqual("OFB5041", failure.Diagnostics[0].Descriptor.Code);
        Assert.Contains("within 30 s: it does not listen yet", failure.Message);
        await EnsureEndedAsync();
    }

    [TestMethod]
    public async Task Connect_Case82Cancelled_StopsTheDaemon()
    {
        await using var transport = await TransportAsync($"{Mark}exec sleep 600");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var connecting = transport.ConnectAsync(cancel.Token).AsTask();
        await PidAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        await EnsureEndedAsync();
    }

    [TestMethod]
    public async Task Connect_DaemonThatIgnoresSigterm_IsKilledAfterTenSeconds()
    {
        await using var transport = await TransportAsync($"trap '' TERM; {Mark}while :; do sleep 1; done", new OverOnceMarked(MarkFile));

        await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await transport.ConnectAsync(context.CancellationToken));

        await EnsureEndedAsync();
    }

    [TestMethod]
    public async Task Connect_Arguments_HoldTheFlagsAsTheyAre()
    {
        await using var transport = await TransportAsync("printf '<%s>' \"$@\"; exit 1", flags: "--a $(touch x) `y` *");

        var failure = await Assert.ThrowsExactlyAsync<DiagnosticException>(async () => await transport.ConnectAsync(context.CancellationToken));

        Assert.Contains("<--a><$(touch><x)><`y`><*><--root>", failure.Message);
    }

    private string MarkFile => Path.Combine(context.Folder(), "pid");

    private string Mark => $"echo $$ > {MarkFile}.new; mv {MarkFile}.new {MarkFile}; ";

    private async Task<DaemonlessTransport> TransportAsync(string script, TimeProvider? time = null, string? flags = null)
    {
        await Tool.WriteScriptAsync(Path.Combine(context.Folder(), "buildkitd"), "#!/bin/sh\n" + script + "\n", context.CancellationToken);
        var settings = new ConnectionSettings
        {
            Environment = name => name switch { "PATH" => context.Folder(), "XDG_CACHE_HOME" => Path.Combine(context.Folder(), "cache"), "BUILDKITD_FLAGS" => flags, _ => null },
        };
        return DaemonlessTransport.TryCreate(settings, time)!;
    }

    private async Task<int> PidAsync()
    {
        while (!File.Exists(MarkFile))
        {
            await Task.Delay(10, context.CancellationToken);
        }

        return int.Parse(await File.ReadAllTextAsync(MarkFile, context.CancellationToken), CultureInfo.InvariantCulture);
    }

    private async Task EnsureEndedAsync() => Assert.IsFalse(Directory.Exists($"/proc/{await PidAsync()}"));

    /// <summary>A clock that jumps ahead once the daemon runs.</summary>
    private sealed class OverOnceMarked(string file) : TimeProvider
    {
        private int asked;

        public override long GetTimestamp() => Interlocked.Increment(ref asked) > 1 && File.Exists(file) ? long.MaxValue / 2 : 0;
    }
}
