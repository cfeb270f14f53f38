using System.Text;
using OpenFaaS.Build.Processes;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Processes;

[TestClass]
public sealed class ToolRunnerTests(TestContext context)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [TestMethod]
    public async Task Run_AnyExitCode_IsAResultWithBothOutputs()
    {
        var result = await ToolRunner.RunAsync(Shell("printf out; printf err >&2; exit 7"), context.CancellationToken);

        Assert.AreEqual(new ToolResult(7, "out", "err"), result);
    }

    [TestMethod]
    public async Task Run_Arguments_ReachTheProgramAsTheyAre()
    {
        string[] arguments = ["a b", "\"quoted\"", "$HOME", "*", "", "é\n"];

        var result = await ToolRunner.RunAsync(Shell("printf '<%s>' \"$@\"", arguments), context.CancellationToken);

        Assert.AreEqual(string.Concat(arguments.Select(argument => $"<{argument}>")), result.Output);
    }

    [TestMethod]
    public async Task Run_MuchOutput_KeepsTheBeginningAndDoesNotBlock()
    {
        var result = await ToolRunner.RunAsync(Shell("head -c 3000000 /dev/zero | tr '\\0' y; head -c 3000000 /dev/zero | tr '\\0' z >&2") with { KeptOutput = 10 }, context.CancellationToken);

        Assert.AreEqual(new ToolResult(0, "yyyyyyyyyy", "zzzzzzzzzz"), result);
    }

    [TestMethod]
    public async Task Run_Input_IsStreamed()
    {
        var run = Shell("wc -c") with
        {
            Input = async (stream, token) =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await stream.WriteAsync(new byte[10_000], token);
                }
            },
        };

        var result = await ToolRunner.RunAsync(run, context.CancellationToken);

        Assert.AreEqual("1000000", result.Output.Trim());
    }

    [TestMethod]
    public async Task Run_ProgramClosesItsInput_GivesItsExitCode()
    {
        var run = Shell("echo 'no space' >&2; exit 3") with
        {
            Input = async (stream, token) =>
            {
                while (true)
                {
                    await stream.WriteAsync(new byte[100_000], token);
                }
            },
        };

        var result = await ToolRunner.RunAsync(run, context.CancellationToken);

        Assert.AreEqual(new ToolResult(3, "", "no space\n"), result);
    }

    [TestMethod]
    public async Task Run_InputCannotBeRead_EndsTheProgramAndThrowsTheCause()
    {
        var mark = Path.Combine(context.Folder(), "pid");
        var run = Shell($"echo $$ > {mark}; exec sleep 600") with
        {
            Input = async (_, token) =>
            {
                await PidOf(mark, token);
                throw new InvalidDataException("broken source");
            },
        };

        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => ToolRunner.RunAsync(run, context.CancellationToken));

        Assert.IsFalse(RunningProcess.IsAlive(await PidOf(mark, context.CancellationToken)));
    }

    [TestMethod]
    public async Task Run_Cancelled_EndsTheWholeTree()
    {
        var mark = Path.Combine(context.Folder(), "pid");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var running = ToolRunner.RunAsync(Shell($"sh -c 'echo $$ > {mark}.new; mv {mark}.new {mark}; exec sleep 600' & wait"), cancel.Token);
        var child = await PidOf(mark, context.CancellationToken);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
        Assert.IsFalse(RunningProcess.IsAlive(child));
    }

    [TestMethod]
    public async Task Run_TooLong_IsAFailureThatSaysSo()
    {
        var failure = await Assert.ThrowsExactlyAsync<ToolFailedException>(
            () => ToolRunner.RunAsync(Shell("exec sleep 600") with { Timeout = TimeSpan.FromSeconds(0.2) }, context.CancellationToken));

        Assert.AreEqual("it did not end within 0.2 s", failure.Message);
    }

    [TestMethod]
    public async Task Run_NoProgram_IsAFailure()
    {
        var file = Path.Combine(context.Folder(), "text");
        await File.WriteAllTextAsync(file, "no program", context.CancellationToken);

        await Assert.ThrowsExactlyAsync<ToolFailedException>(() => ToolRunner.RunAsync(new ToolRun(file, [], Long), context.CancellationToken));
    }

    [TestMethod]
    public void Find_RelativeFolderOfPath_IsPassedOver()
    {
        var path = $".{Path.PathSeparator}bin{Path.PathSeparator}/bin";

        Assert.AreEqual("/bin/sh", ToolPath.Find("sh", name => name == "PATH" ? path : null));
        Assert.IsNull(ToolPath.Find("sh", name => name == "PATH" ? "." : null));
    }

    private static ToolRun Shell(string script, params string[] arguments) => new("/bin/sh", ["-c", script, "sh", .. arguments], Long);

    private static async Task<int> PidOf(string file, CancellationToken cancellationToken)
    {
        while (true)
        {
            var text = File.Exists(file) ? await File.ReadAllTextAsync(file, Encoding.UTF8, cancellationToken) : "";
            if (text.EndsWith('\n'))
            {
                return int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            }

            await Task.Delay(10, cancellationToken);
        }
    }
}
