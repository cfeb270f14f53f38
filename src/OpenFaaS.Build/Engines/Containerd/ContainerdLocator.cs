using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Engines.Containerd;

/// <summary>Finds containerd and a client of it.</summary>
internal static class ContainerdLocator
{
    /// <summary>Where faasd looks for functions' images.</summary>
    public const string FunctionNamespace = "openfaas-fn";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // ctr first: it comes with containerd, so that the two fit each other.
    private static readonly IReadOnlyList<IContainerdTool> Tools = [new CtrTool(), new NerdctlTool()];

    /// <summary>The containerd of the model, else of <c>CONTAINERD_ADDRESS</c>, else where the client looks; likewise its namespace, <c>openfaas-fn</c> where none is given.</summary>
    /// <exception cref="DiagnosticException">There is no client, or containerd does not answer.</exception>
    public static async Task<ContainerdCommand> FindAsync(ContainerdModel model, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var address = model.Address ?? Given(environment("CONTAINERD_ADDRESS"));
        var space = model.Namespace ?? Given(environment("CONTAINERD_NAMESPACE")) ?? FunctionNamespace;
        foreach (var tool in Tools)
        {
            if (ToolPath.Find(tool.Name, environment) is { } path)
            {
                var command = new ContainerdCommand(new EngineProgram(path), tool, address, space);
                return await ProblemAsync(command, cancellationToken) is { } problem ? throw Unreachable($"{path} ({problem})") : command;
            }
        }

        throw Unreachable("the commands ctr and nerdctl (they are in no folder of PATH)");
    }

    private static async Task<string?> ProblemAsync(ContainerdCommand command, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(Limit);
        try
        {
            await command.PingAsync(timer.Token);
            return null;
        }
        catch (EngineFailedException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Limit.TotalSeconds:0.#} s";
        }
    }

    private static DiagnosticException Unreachable(string tried) => EngineDiagnostics.EngineUnreachable.With("containerd", tried).ToException();

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
