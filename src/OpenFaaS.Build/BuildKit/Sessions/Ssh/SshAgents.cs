using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.BuildKit.Sessions.Ssh;

/// <summary>An SSH agent that a build forwards.</summary>
/// <param name="Id">The id that steps name; <c>default</c> where they name none.</param>
/// <param name="Paths">Full paths: none for the user's agent, one socket of an agent, or private key files.</param>
internal sealed record SshReference(string Id, IReadOnlyList<string> Paths);

/// <summary>The SSH agents of a build; those that it started end with it.</summary>
internal sealed class SshAgents : IAsyncDisposable
{
    private const string Variable = "SSH_AUTH_SOCK";

    private readonly Dictionary<string, string> sockets = new(StringComparer.Ordinal);
    private readonly List<PrivateAgent> started = [];

    private SshAgents()
    {
    }

    /// <summary>Paths of the agents' sockets by id.</summary>
    public IReadOnlyDictionary<string, string> Sockets => sockets;

    /// <summary>Finds the agents, and starts one for every reference to key files.</summary>
    /// <exception cref="DiagnosticException">There is no agent, or a key cannot be used.</exception>
    public static async Task<SshAgents> OpenAsync(IEnumerable<SshReference> references, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var agents = new SshAgents();
        try
        {
            foreach (var reference in references)
            {
                agents.sockets.Add(reference.Id, await agents.SocketAsync(reference, environment, cancellationToken));
            }

            return agents;
        }
        catch
        {
            await agents.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var agent in started)
        {
            await agent.DisposeAsync();
        }

        started.Clear();
    }

    private async Task<string> SocketAsync(SshReference reference, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        if (reference.Paths.Count == 0)
        {
            return environment(Variable) is not { Length: > 0 } own ? throw Missing(reference, $"the environment variable {Variable} is not set")
                : IsAgent(own) ? Reachable(reference, own)
                : throw Missing(reference, $"'{own}', which {Variable} names, is no socket");
        }

        if (reference.Paths.FirstOrDefault(path => !File.Exists(path) && !IsAgent(path)) is { } absent)
        {
            throw Missing(reference, $"there is no '{absent}'");
        }

        if (reference.Paths.Any(IsAgent))
        {
            return reference.Paths.Count == 1 ? Reachable(reference, reference.Paths[0]) : throw Missing(reference, "sockets of agents and key files cannot be mixed");
        }

        var agent = await PrivateAgent.StartAsync(reference, environment, cancellationToken);
        started.Add(agent);
        return agent.Socket;
    }

    private static bool IsAgent(string path)
    {
        try
        {
            return AgentSocket.IsAgent(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Known before a step asks for it, whose error would not say so.
    private static string Reachable(SshReference reference, string socket) => AgentSocket.IsTooLong(socket)
        ? throw Missing(reference, $"the path '{socket}' is longer than the {UnixSocket.LongestPath} bytes of a Unix socket's")
        : socket;

    private static DiagnosticException Missing(SshReference reference, string reason) => BuildKitSessionDiagnostics.AgentMissing.With(reference.Id, reason).ToException();
}
