using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Kubernetes;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Publishing;

namespace OpenFaaS.Build.Worker;

/// <summary><c>build --request FILE --result FILE [--until-stdin-closes]</c>: one request, one result. Exit code 0, 1 after an error, 130 when cancelled.</summary>
internal static class BuildCommand
{
    private const string Name = "build";
    private const string Request = "--request";
    private const string Result = "--result";
    private const string Lifeline = "--until-stdin-closes";
    private const int Failed = 1;
    private const int Cancelled = 130;
    private const int NotMine = 3;
    private const int MaximumRequestSize = 64 * 1024 * 1024;

    /// <summary>Whether arguments are the command with all that it needs, as MSBuild gives them.</summary>
    public static bool IsComplete(string[] args) => args is [Name, Request, _, Result, _] or [Name, Request, _, Result, _, Lifeline];

    public static Command Create()
    {
        var request = new Option<string>(Request) { Description = "File with the build request.", Required = true };
        var result = new Option<string>(Result) { Description = "File that receives the result.", Required = true };
        var lifeline = new Option<bool>(Lifeline) { Description = "Cancel when standard input ends." };
        var command = new Command(Name, "Builds what a request asks for.") { request, result, lifeline };
        command.SetAction(async parsed =>
        {
            // The first hash loads a library, which takes as long as all that comes before it.
            _ = Task.Run(() => SHA256.HashData([]));
            using var cancellation = new Cancellation();
            if (parsed.GetValue(lifeline))
            {
                cancellation.FollowStandardInput();
            }

            using var log = new ConsoleLog(Console.OpenStandardOutput());
            return await RunAsync(parsed.GetRequiredValue(request), parsed.GetRequiredValue(result), log, cancellation.Token);
        });
        return command;
    }

    /// <summary>Reads, publishes, writes. The product's only broad catch is here.</summary>
    private static async Task<int> RunAsync(string requestFile, string resultFile, IBuildLog log, CancellationToken cancellationToken)
    {
        try
        {
            var request = Read(requestFile);
#pragma warning disable RS0030 // As the publish itself reads it.
            if (!ClusterSupport.IsAvailable && ClusterSupport.IsNeededFor(request, Environment.GetEnvironmentVariable))
#pragma warning restore RS0030
            {
                // Without a line for the task, which takes the portable worker then.
                await Console.Error.WriteLineAsync("it reaches no Kubernetes clusters");
                return NotMine;
            }

            // The first line, which tells the task that the worker runs.
            log.Message(MessageImportance.Low, $"Worker: {RuntimeInformation.FrameworkDescription}, {(RuntimeFeature.IsDynamicCodeSupported ? "portable" : "native")}.");
            var response = await FunctionPublisher.PublishAsync(request, log, cancellationToken);

            // Read by the task that waits for this process, and by nobody later.
            await AtomicFile.WriteUnforcedAsync(resultFile, ProtocolJson.Write(response), cancellationToken);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Cancelled;
        }
        catch (DiagnosticException e)
        {
            foreach (var diagnostic in e.Diagnostics)
            {
                log.Report(diagnostic);
            }

            log.Message(MessageImportance.Low, e.ToString());
            return Failed;
        }
        catch (Exception e)
        {
            log.Report(InternalDiagnostics.Unexpected.With(e.GetType().Name, e.Message));
            log.Message(MessageImportance.Low, e.ToString());
            return Failed;
        }
    }

    // At once: for a small file, another thread would take longer to start than this takes to read.
    private static BuildRequest Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (file.Length > MaximumRequestSize)
            {
                throw InputDiagnostics.MalformedRequest.With(path, "it is larger than 64 MiB").ToException();
            }

            var json = new byte[file.Length];
            file.ReadExactly(json);
            var request = ProtocolJson.ReadRequest(json);
            return request.Version == BuildRequest.CurrentVersion
                ? request
                : throw InputDiagnostics.MalformedRequest.With(path, $"it has format version {request.Version}, not {BuildRequest.CurrentVersion}").ToException();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw InputDiagnostics.MalformedRequest.With(path, e.Message.TrimEnd('.')).ToException(e);
        }
    }
}
