using OpenFaaS.Build.BuildKit.Sessions.Ssh;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.BuildKit.Sessions;

/// <summary>Secrets and SSH agents of one build.</summary>
internal sealed class StepInputs : IAsyncDisposable
{
    private const string File = "file:";
    private readonly SecretReferences secrets;
    private readonly SshAgents agents;

    private StepInputs(SecretReferences secrets, SshAgents agents) => (this.secrets, this.agents) = (secrets, agents);

    /// <summary>Paths of agents' sockets by id.</summary>
    public IReadOnlyDictionary<string, string> SshAgents => agents.Sockets;

    /// <summary>Reads secrets and finds agents; what is not there is known before anything is built.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">A secret or an agent is not there.</exception>
    public static async Task<StepInputs> OpenAsync(FunctionModel function, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var steps = function.Builder.Steps;
        var secrets = await SecretReferences.ReadAsync(
            steps.Secrets.ToDictionary(secret => secret.Name, secret => FullSource(secret.Source, function.BaseFolder), StringComparer.Ordinal), environment, cancellationToken);
        var agents = await OpenAgentsAsync(steps.Ssh, function.BaseFolder, environment, cancellationToken);
        return new StepInputs(secrets, agents);
    }

    /// <summary>The value of a secret; null for an id that is not this build's.</summary>
    public Task<byte[]?> SecretAsync(string id, CancellationToken cancellationToken) => secrets.GetAsync(id, cancellationToken);

    public ValueTask DisposeAsync() => agents.DisposeAsync();

    private static Task<SshAgents> OpenAgentsAsync(IEnumerable<NamedSource> sources, string folder, Func<string, string?> environment, CancellationToken cancellationToken) =>
        Ssh.SshAgents.OpenAsync(
            sources.Select(source => new SshReference(
                source.Name,
                [.. source.Source.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(path => Path.GetFullPath(path, folder))])),
            environment,
            cancellationToken);

    private static string FullSource(string source, string folder) =>
        source.StartsWith(File, StringComparison.Ordinal) ? File + Path.GetFullPath(source[File.Length..], folder) : source;
}
