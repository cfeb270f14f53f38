using System;
using System.Collections.Generic;
using System.Reflection;
using Microsoft.Build.Framework;

namespace OpenFaaS.Build.Tasks;

/// <summary>
/// SIGTERM and SIGHUP while a task runs. MSBuild handles Ctrl+C only: SIGTERM would end it with exit code 0 in the middle of the task, and SIGHUP
/// without a word. Here both stop the worker and fail the task instead. Reached by reflection, since .NET Framework has no such API and no such signals.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private const string Key = "OpenFaaS.Build.TerminationSignal";

    private readonly List<IDisposable> registrations = [];
    private readonly IBuildEngine4? engine;
    private readonly Action stop;

    private TerminationSignals(IBuildEngine4? engine, Action stop)
    {
        this.engine = engine;
        this.stop = stop;
    }

    /// <summary>Whether an earlier task of this build has seen a signal: the rest of the build fails at once.</summary>
    public bool AlreadyRaised => engine?.GetRegisteredTaskObject(Key, RegisteredTaskObjectLifetime.Build) is not null;

    /// <summary>Calls <paramref name="stop"/> on a signal until disposed.</summary>
    public static TerminationSignals Subscribe(IBuildEngine4? engine, Action stop)
    {
        var signals = new TerminationSignals(engine, stop);
        var registration = Find("PosixSignalRegistration");
        var signal = Find("PosixSignal");
        var context = Find("PosixSignalContext");
        if (registration is not null && signal is not null && context is not null)
        {
            var handlerType = typeof(Action<>).MakeGenericType(context);
            var handler = Delegate.CreateDelegate(handlerType, signals, typeof(TerminationSignals).GetMethod(nameof(OnSignal), BindingFlags.Instance | BindingFlags.NonPublic)!);
            var create = registration.GetMethod("Create", [signal, handlerType])!;
            foreach (var name in new[] { "SIGTERM", "SIGHUP" })
            {
                signals.registrations.Add((IDisposable)create.Invoke(null, [Enum.Parse(signal, name), handler])!);
            }
        }

        return signals;
    }

    public void Dispose() => registrations.ForEach(registration => registration.Dispose());

    private static Type? Find(string name) =>
        Type.GetType("System.Runtime.InteropServices." + name + ", System.Runtime.InteropServices") ?? typeof(object).Assembly.GetType("System.Runtime.InteropServices." + name);

    // Bound as a handler of PosixSignalContext, which the assembly cannot name.
    private void OnSignal(object context)
    {
        context.GetType().GetProperty("Cancel")!.SetValue(context, true);
        engine?.RegisterTaskObject(Key, true, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        stop();
    }
}
