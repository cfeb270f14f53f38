using System.Globalization;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Builders.Tools;

[TestClass]
public sealed class BuildToolTests(TestContext context)
{
    private readonly RecordingLog log = new();

    [TestMethod]
    public async Task Run_BothStreams_ReachTheOutput()
    {
        var tool = new BuildTool("sh", "/bin/sh") { CommonArguments = ["-c", "echo out; echo $WORD >&2; exit 7", "sh"], Environment = new Dictionary<string, string?> { ["WORD"] = "err" } };

        Assert.AreEqual(7, await tool.RunAsync([], Output, context.CancellationToken));
        CollectionAssert.AreEquivalent(new[] { "out", "err" }, log.Messages.ToList());
    }

    [TestMethod]
    public async Task Run_Cancelled_AsksTheProgramFirst()
    {
        var mark = Path.Combine(context.Folder(), "cleaned");
        await CancelAsync($"trap 'echo yes > {mark}; exit 1' TERM; echo ready; while true; do sleep 0.05; done");

        Assert.AreEqual("yes\n", await File.ReadAllTextAsync(mark, context.CancellationToken));
    }

    [TestMethod]
    public async Task Run_Cancelled_EndsWhatTheProgramLeavesBehind()
    {
        var mark = Path.Combine(context.Folder(), "pid");
        await CancelAsync($"sh -c 'trap \"\" TERM; echo $$ > {mark}; while true; do sleep 0.05; done' & while [ ! -s {mark} ]; do sleep 0.02; done; trap 'exit 1' TERM; echo ready; while true; do sleep 0.05; done");

        var child = int.Parse(await File.ReadAllTextAsync(mark, context.CancellationToken), CultureInfo.InvariantCulture);
        Assert.IsFalse(RunningProcess.IsAlive(child));
    }

    [TestMethod]
    public async Task Run_CancelledWithWorkOfItsOwn_EndsTheWorkBeforeTheProgram()
    {
        var (work, mark) = (Path.Combine(context.Folder(), "work"), Path.Combine(context.Folder(), "ended"));
        await File.WriteAllTextAsync(work, "", context.CancellationToken);
        await CancelAsync($"trap 'echo asked > {mark}; exit 1' TERM; echo ready; while [ -e {work} ]; do sleep 0.05; done; echo cleaned > {mark}", () => File.Delete(work));

        Assert.AreEqual("cleaned\n", await File.ReadAllTextAsync(mark, context.CancellationToken));
    }

    [TestMethod]
    public void Find_NotThere_IsACodedErrorThatNamesTheProperty()
    {
        var nowhere = Assert.ThrowsExactly<DiagnosticException>(() => BuildTool.Find("buildah", "BuildahCommand", null, _ => ""));
        var noFile = Assert.ThrowsExactly<DiagnosticException>(() => BuildTool.Find("buildah", "BuildahCommand", "/no/such", _ => "/bin"));

        Assert.AreEqual("OFB2600", nowhere.Diagnostics[0].Descriptor.Code);
        Assert.Contains("'buildah' is not there: it is in no folder of PATH, and BuildahCommand is not set", nowhere.Message);
        Assert.Contains("BuildahCommand names '/no/such'", noFile.Message);
    }

    [TestMethod]
    public async Task Run_NoProgram_IsACodedError()
    {
        var file = Path.Combine(context.Folder(), "text");
        await File.WriteAllTextAsync(file, "no program", context.CancellationToken);

        var error = await Assert.ThrowsExactlyAsync<DiagnosticException>(() => new BuildTool("x", file).RunAsync([], Output, context.CancellationToken));

        Assert.AreEqual("OFB2601", error.Diagnostics[0].Descriptor.Code);
    }

    private ToolOutput Output => new(ProgressMode.Plain, log, _ => null);

    private async Task CancelAsync(string script, Action? endWork = null)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var running = (new BuildTool("sh", "/bin/sh") { EndWork = endWork }).RunAsync(["-c", script], Output, cancel.Token);
        while (!log.Messages.Contains("ready"))
        {
            await Task.Delay(20, context.CancellationToken);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }
}
