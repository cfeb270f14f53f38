using System.Text;

namespace OpenFaaS.Build.Integration.Tests.Builders.Contract;

/// <summary>A step that runs for ever, seen from this machine: engines run steps as processes of it.</summary>
internal sealed class StepProcess
{
    private readonly string seconds = Random.Shared.Next(100_000_000, 999_999_999).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The instruction.</summary>
    public string Instruction => $"RUN sleep {seconds}\n";

    /// <summary>Waits until the step runs, or has ended.</summary>
    public async Task UntilAsync(bool isRunning, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        while (Runs() != isRunning)
        {
            try
            {
                await Task.Delay(50, timer.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Assert.Fail($"After {limit.TotalSeconds} s the step {(isRunning ? "does not run" : "still runs")}.");
            }
        }
    }

    private bool Runs() => Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).Any(folder =>
    {
        try
        {
            var words = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "cmdline"))).Split('\0');
            return words.Contains(seconds) && words.Contains("sleep");
        }
        catch (IOException)
        {
            return false;
        }
    });
}
