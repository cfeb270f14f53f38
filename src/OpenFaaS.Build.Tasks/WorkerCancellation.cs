using System;

namespace OpenFaaS.Build.Tasks;

/// <summary>A request to stop that may come before, while and after the worker runs, from any thread.</summary>
internal sealed class WorkerCancellation
{
    private readonly object gate = new();
    private Action? stop;

    /// <summary>Whether the build was asked to stop.</summary>
    public bool IsRequested { get; private set; }

    /// <summary>Asks to stop.</summary>
    public void Cancel()
    {
        lock (gate)
        {
            if (!IsRequested)
            {
                IsRequested = true;
                stop?.Invoke();
            }
        }
    }

    /// <summary>Sets what stops the worker, and calls it at once if that was asked for already; null takes it back.</summary>
    public void OnCancel(Action? action)
    {
        lock (gate)
        {
            stop = action;
            if (IsRequested)
            {
                action?.Invoke();
            }
        }
    }
}
