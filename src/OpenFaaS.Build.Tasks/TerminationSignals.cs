using System;
using System.Collections.Generic;
using System.Reflection;
using System.Threading;
using Microsoft.Build.Framework;

namespace OpenFaaS.Build.Tasks;

/// <summary>
/// SIGTERM and SIGHUP while a task runs. MSBuild handles Ctrl+C only: SIGHUP would end it without a word, and on SIGTERM the dotnet command exits, with code 0,
/// in the middle of the task. Here the worker is stopped first, and the exit code is not 0. The signals are reached by reflection: .NET Framework does not have them.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private const string Key = "OpenFaaS.Build.TerminationSignal";

    /// <summary>What a shell reports for SIGTERM.</summary>
    private const int TerminatedExitCode = 143;

    /// <summary>Longer than a worker that was told to stop may take.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    private readonly List<IDisposable> registrations = [];
    private readonly IBuildEngine4? engine;
    private readonly Action stop;
    private readonly ManualResetEventSlim ended = new();

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
        AppDomain.CurrentDomain.ProcessExit += signals.OnProcessExit;
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

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        registrations.ForEach(registration => registration.Dispose());
        ended.Set();
    }

    private static Type? Find(string name) =>
        Type.GetType("System.Runtime.InteropServices." + name + ", System.Runtime.InteropServices") ?? typeof(object).Assembly.GetType("System.Runtime.InteropServices." + name);

    // The process exits while the worker runs: whoever decided that, the image is not where the outputs say.
    private void OnProcessExit(object? sender, EventArgs e)
    {
        Environment.ExitCode = Environment.ExitCode == 0 ? TerminatedExitCode : Environment.ExitCode;
        stop();
        ended.Wait(LongestWait);
    }

    // Bound as a handler of PosixSignalContext, which the assembly cannot name.
    private void OnSignal(object context)
    {
        context.GetType().GetProperty("Cancel")!.SetValue(context, true);
        engine?.RegisterTaskObject(Key, true, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        stop();
    }
}
