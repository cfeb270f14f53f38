using System.Globalization;
using System.Text;
using OpenFaaS.Build.Processes;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Processes;

[TestClass]
public sealed class PipedProcessTests(TestContext context)
{
    [TestMethod]
    public async Task Stream_BothWays_IsTheProgramsInputAndOutput()
    {
        await using var process = Shell("cat; echo end; exit 7");

        await process.WriteAsync("hello "u8.ToArray(), context.CancellationToken);
        var buffer = new byte[6];
        await process.ReadExactlyAsync(buffer, context.CancellationToken);
        await process.CompleteWritesAsync(context.CancellationToken);
        using var rest = new StreamReader(process);

        Assert.AreEqual("hello ", Encoding.UTF8.GetString(buffer));
        Assert.AreEqual("end\n", await rest.ReadToEndAsync(context.CancellationToken));
        Assert.AreEqual(7, await process.Ended.WaitAsync(context.CancellationToken));
    }

    [TestMethod]
    public async Task Error_MuchOfIt_KeepsTheEndAndDoesNotBlock()
    {
        await using var process = Shell("head -c 3000000 /dev/zero | tr '\\0' y >&2; echo last >&2");

        await process.Ended.WaitAsync(context.CancellationToken);

        Assert.AreEqual(4096, process.Error.Length);
        Assert.EndsWith("ylast\n", process.Error);
    }

    [TestMethod]
    public async Task Dispose_ChildWithMuchMemory_IsGoneAfterwards()
    {
        // The kernel takes some 40 ms to take so much memory from a process that it has killed.
        var process = Shell("""perl -e '$| = 1; my $memory = "a" x (200 << 20); print "$$\n"; sleep 600' & wait""");
        var buffer = new byte[32];
        var count = await process.ReadAsync(buffer, context.CancellationToken);
        var child = int.Parse(Encoding.UTF8.GetString(buffer, 0, count), CultureInfo.InvariantCulture);

        await process.DisposeAsync();

        Assert.IsFalse(RunningProcess.IsAlive(child));
    }

    [TestMethod]
    public async Task Dispose_ReadIsWaiting_EndsIt()
    {
        var process = Shell("exec sleep 600");
        var read = process.ReadAsync(new byte[1], context.CancellationToken).AsTask();

        await process.DisposeAsync();

        try
        {
            Assert.AreEqual(0, await read.WaitAsync(context.CancellationToken));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Assert.IsFalse(context.CancellationToken.IsCancellationRequested);
        }
    }

    [TestMethod]
    public void Start_NoProgram_IsAFailure() =>
        Assert.ThrowsExactly<ToolFailedException>(() => PipedProcess.Start("/nowhere/program", []));

    private static PipedProcess Shell(string script) => PipedProcess.Start("/bin/sh", ["-c", script]);
}
