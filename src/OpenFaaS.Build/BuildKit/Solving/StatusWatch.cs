using Grpc.Core;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Solving.Progress;
using OpenFaaS.Build.BuildKit.Wire.Control;

namespace OpenFaaS.Build.BuildKit.Solving;

/// <summary>Reads the status stream of a solve. It never fails: the solve's own answer decides.</summary>
internal sealed class StatusWatch : IAsyncDisposable
{
    /// <summary>How long the stream may go on after the solve's answer.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <summary>The same where nothing has come yet: a solve that fails before there is a job leaves the stream waiting for one.</summary>
    private static readonly TimeSpan FirstMessage = TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(0.2);

    private readonly ControlCalls control;
    private readonly SolveProgress progress;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stop;
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task reading;

    public StatusWatch(ControlCalls control, string reference, SolveProgress progress, TimeProvider time, CancellationToken cancellationToken)
    {
        this.control = control;
        this.progress = progress;
        this.time = time;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        reading = Task.Run(() => ReadAsync(reference), CancellationToken.None);
    }

    /// <summary>Why the stream ended early; null if it did not.</summary>
    public string? Broken { get; private set; }

    /// <summary>Waits for the end of the stream, but not for long; nothing is read afterwards.</summary>
    /// <param name="failed">Whether the solve has failed, perhaps before there was anything to tell.</param>
    public async Task FinishAsync(bool failed)
    {
        if (failed)
        {
            await Task.WhenAny(reading, begun.Task, Task.Delay(FirstMessage, time));
        }

        if (!failed || begun.Task.IsCompleted)
        {
            await Task.WhenAny(reading, Task.Delay(Rest, time));
        }

        await StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    /// <summary>Ends the reading at once.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await reading;
    }

    private async Task ReadAsync(string reference)
    {
        while (true)
        {
            try
            {
                using var call = control.Status(new StatusRequest { Ref = reference }, stop.Token);
                while (await call.ResponseStream.MoveNext(stop.Token))
                {
                    progress.Take((StatusResponse)call.ResponseStream.Current);
                    begun.TrySetResult();
                }

                return;
            }
            catch (Exception e) when (stop.IsCancellationRequested && e is RpcException or OperationCanceledException)
            {
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.NotFound && !progress.HasBegun)
            {
                // The daemon gives up on a solve that has not got as far as a job; the solve may still be waiting for its session.
                if (!await PauseAsync())
                {
                    return;
                }
            }
            catch (Exception e) when (e is RpcException or IOException or InvalidOperationException)
            {
                Broken = OutputText.Phrase(e is RpcException answer ? answer.Status.Detail : e.Message);
                return;
            }
        }
    }

    private async Task<bool> PauseAsync()
    {
        try
        {
            await Task.Delay(Again, time, stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
