using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Ssh;

/// <summary>
/// OpenSSH's agent with the keys of one reference. It lives as long as a <c>cat</c> that reads from this process: also where the worker is
/// killed, the agent ends within seconds and takes the keys with it.
/// </summary>
internal sealed class PrivateAgent : IAsyncDisposable
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stop = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("openfaas-ssh-");
    private Task<ToolResult> program = Task.FromResult(new ToolResult(0, "", ""));

    private PrivateAgent()
    {
    }

    /// <summary>The agent's socket, in a folder that only this user may enter.</summary>
    public string Socket => Path.Combine(folder.FullName, "agent");

    /// <summary>Starts an agent and gives it the keys.</summary>
    /// <exception cref="DiagnosticException">A key is protected by a passphrase or cannot be used, or there is no agent program.</exception>
    public static async Task<PrivateAgent> StartAsync(SshReference reference, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var tools = new SshTools(reference.Id, environment);
        foreach (var key in reference.Paths)
        {
            await tools.CheckAsync(key, cancellationToken);
        }

        var agent = new PrivateAgent();
        try
        {
            var run = new ToolRun(tools.Find("ssh-agent"), ["-a", agent.Socket, tools.Find("cat")], LongestLife)
            {
                Input = static (_, token) => Task.Delay(Timeout.Infinite, token),
            };
            agent.program = ToolRunner.RunAsync(run, agent.stop.Token);
            await agent.WaitAsync(reference.Id, cancellationToken);
            foreach (var key in reference.Paths)
            {
                await tools.AddAsync(key, agent.Socket, cancellationToken);
            }

            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await ((Task)program).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty socket in a temporary folder is all that can be left.
        }
    }

    private async Task WaitAsync(string id, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestStart);
        try
        {
            while (!AgentSocket.IsAgent(Socket))
            {
                if (program.IsCompleted)
                {
                    var result = await program;
                    throw BuildKitSessionDiagnostics.AgentFailed.With(id, $"ssh-agent ended with exit code {result.ExitCode}: {SafeText.Neutralize(result.Error)}").ToException();
                }

                await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
            }
        }
        catch (ToolFailedException e)
        {
            throw BuildKitSessionDiagnostics.AgentFailed.With(id, $"ssh-agent: {e.Message}").ToException(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw BuildKitSessionDiagnostics.AgentFailed.With(id, "ssh-agent did not open its socket in time").ToException(e);
        }
    }
}
