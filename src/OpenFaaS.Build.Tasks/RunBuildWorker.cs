using System;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace OpenFaaS.Build.Tasks;

/// <summary>Runs the worker on a request and hands its result to MSBuild. The worker's standard input stays open as a lifeline: when it closes, the worker stops.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunBuildWorker : Task, ICancelableTask
{
    /// <summary>The worker's exit code after it was cancelled.</summary>
    internal const int CancelledExitCode = 130;

    private readonly WorkerCancellation cancellation = new();

    /// <summary>How long a worker that was told to stop may take to put things away before it is killed.</summary>
    internal TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Path of the <c>dotnet</c> executable.</summary>
    [Required]
    public string DotNetHost { get; set; } = "";

    /// <summary>Full path of the worker.</summary>
    [Required]
    public string WorkerAssembly { get; set; } = "";

    /// <summary>Full path of the worker compiled to native code for this machine; empty if there is none. It is tried first.</summary>
    public string NativeWorker { get; set; } = "";

    /// <summary>Full path of the folder in which the worker runs.</summary>
    [Required]
    public string WorkingDirectory { get; set; } = "";

    /// <summary>Full path of the project file, blamed where no other file is.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary>Full path of the request.</summary>
    [Required]
    public string RequestFile { get; set; } = "";

    /// <summary>Full path where the worker writes its result.</summary>
    [Required]
    public string ResultFile { get; set; } = "";

    /// <summary>Digest that a registry serves for the image; empty with more than one function.</summary>
    [Output]
    public string GeneratedContainerDigest { get; private set; } = "";

    /// <summary>The manifest as JSON.</summary>
    [Output]
    public string GeneratedContainerManifest { get; private set; } = "";

    /// <summary>The image configuration as JSON.</summary>
    [Output]
    public string GeneratedContainerConfiguration { get; private set; } = "";

    /// <summary>Media type of the manifest.</summary>
    [Output]
    public string GeneratedContainerMediaType { get; private set; } = "";

    /// <summary>Path of the archive, where the image went into one.</summary>
    [Output]
    public string GeneratedArchiveOutputPath { get; private set; } = "";

    /// <summary>One item a function.</summary>
    [Output]
    public ITaskItem[] GeneratedContainer { get; private set; } = [];

    /// <inheritdoc/>
    public void Cancel() => cancellation.Cancel();

    /// <inheritdoc/>
    public override bool Execute()
    {
        using var signals = TerminationSignals.Subscribe(BuildEngine as IBuildEngine4, cancellation.Cancel);
        if (signals.AlreadyRaised)
        {
            TaskDiagnostics.Cancelled.LogError(Log, Project);
            return false;
        }

        try
        {
            File.Delete(ResultFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TaskDiagnostics.CannotWrite.LogError(Log, Project, ResultFile, e.Message);
            return false;
        }

        var output = new WorkerOutput(Log);
        var isNative = NativeWorker.Length > 0;
        var exitCode = isNative ? Run(output, NativeWorker) : Run(output, DotNetHost, "exec", WorkerAssembly);
        if (isNative && exitCode != 0 && !output.HasSpoken && !cancellation.IsRequested)
        {
            Log.LogMessage(MessageImportance.Normal, "The native worker does not take this build ({0}); the portable one is started.", output.LastWords);
            output = new WorkerOutput(Log);
            exitCode = Run(output, DotNetHost, "exec", WorkerAssembly);
        }

        if (exitCode == 0 && !Log.HasLoggedErrors && !cancellation.IsRequested)
        {
            ReadResult();
        }
        else if (cancellation.IsRequested || exitCode == CancelledExitCode)
        {
            TaskDiagnostics.Cancelled.LogError(Log, Project);
        }
        else if (!Log.HasLoggedErrors)
        {
            TaskDiagnostics.WorkerDied.LogError(Log, Project, exitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none", output.LastWords);
        }

        return !Log.HasLoggedErrors;
    }

    private int? Run(WorkerOutput output, string program, params string[] arguments)
    {
        string[] command = ["build", "--request", RequestFile, "--result", ResultFile, "--until-stdin-closes"];
        using var worker = new WorkerProcess(GracePeriod, program, WorkingDirectory, [.. arguments.Concat(command)]);
        return worker.Run(output, cancellation);
    }

    private void ReadResult()
    {
        WorkerResult result;
        try
        {
            result = WorkerResult.Read(ResultFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            TaskDiagnostics.WorkerDied.LogError(Log, Project, 0, "its result cannot be read: " + e.Message);
            return;
        }

        GeneratedContainerDigest = result.Property(nameof(GeneratedContainerDigest));
        GeneratedContainerManifest = result.Property(nameof(GeneratedContainerManifest));
        GeneratedContainerConfiguration = result.Property(nameof(GeneratedContainerConfiguration));
        GeneratedContainerMediaType = result.Property(nameof(GeneratedContainerMediaType));
        GeneratedArchiveOutputPath = result.Property(nameof(GeneratedArchiveOutputPath));
        GeneratedContainer = result.Containers;
    }
}
