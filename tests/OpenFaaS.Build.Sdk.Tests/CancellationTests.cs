using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OpenFaaS.Build.Sdk.Tests;

/// <summary>A publish that is stopped by a signal fails, stops its worker, and leaves no result.</summary>
[TestClass]
public sealed class CancellationTests(TestContext context)
{
    [TestMethod]
    [DataRow("TERM")]
    [DataRow("INT")]
    [DataRow("HUP")]
    public async Task Publish_Signal_FailsAndStopsTheWorker(string signal)
    {
        using var silence = new TcpListener(IPAddress.Loopback, 0);
        silence.Start();
        var project = Create(silence);
        using var publish = project.Start("publish", "-p:ContainerArchiveOutputPath=bin/image.tar");
        using var connection = await AcceptAsync(silence, publish);
        var worker = FindWorker(project);

        await Tool.RunAsync("kill", ["-" + signal, publish.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)], context.CancellationToken);
        var result = await DotNet.FinishAsync(publish, context.CancellationToken);

        Assert.AreNotEqual(0, result.ExitCode, result.Output + result.Error);
        Assert.DoesNotContain("   at ", result.Output + result.Error);
        AssertNothingIsLeft(project);
        Assert.IsTrue(HasEnded(worker));
    }

    [TestMethod]
    public async Task Publish_MSBuildIsKilled_WorkerEndsByItself()
    {
        using var silence = new TcpListener(IPAddress.Loopback, 0);
        silence.Start();
        var project = Create(silence);
        using var publish = project.Start("publish", "-p:ContainerArchiveOutputPath=bin/image.tar");
        using var connection = await AcceptAsync(silence, publish);
        var worker = FindWorker(project);

        publish.Kill();
        await publish.WaitForExitAsync(context.CancellationToken);

        // The lifeline is a pipe: the worker sees its end when the last writer is gone.
        while (!HasEnded(worker))
        {
            await Task.Delay(20, context.CancellationToken);
        }

        AssertNothingIsLeft(project);
    }

    // A registry that accepts the connection and never says a word.
    private FunctionProject Create(TcpListener silence) =>
        FunctionProject.AnyLanguage(context).Write("Dockerfile", $"FROM {silence.LocalEndpoint}/base:latest\nCOPY run /\n");

    private async Task<Socket> AcceptAsync(TcpListener silence, Process publish)
    {
        var accepted = silence.AcceptSocketAsync(context.CancellationToken).AsTask();
        var ended = publish.WaitForExitAsync(context.CancellationToken);
        if (await Task.WhenAny(accepted, ended) == ended)
        {
            Assert.Fail("The publish ended before it asked the registry: " + await publish.StandardOutput.ReadToEndAsync(context.CancellationToken));
        }

        return await accepted;
    }

    private static int FindWorker(FunctionProject project) => Directory.GetDirectories("/proc")
        .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
        .Where(folder => CommandLine(folder).Contains("--request", StringComparison.Ordinal) && CommandLine(folder).Contains(project.Folder, StringComparison.Ordinal))
        .Select(folder => int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture))
        .Single();

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Without a parent that waits for it, a process that has ended stays a zombie until init takes it.
    private static bool HasEnded(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static void AssertNothingIsLeft(FunctionProject project)
    {
        var left = project.Files().Where(file => file.EndsWith(".tar", StringComparison.Ordinal) || file.EndsWith(".digest", StringComparison.Ordinal)
            || file.EndsWith(".image.json", StringComparison.Ordinal) || file.EndsWith(".result.json", StringComparison.Ordinal) || file.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.IsEmpty(left);
    }
}
