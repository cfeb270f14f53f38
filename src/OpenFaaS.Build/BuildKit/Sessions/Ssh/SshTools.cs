using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Sessions.Ssh;

/// <summary>OpenSSH's programs for keys, kept from asking anybody anything.</summary>
/// <param name="id">The agent's id, for messages.</param>
/// <param name="environment">Environment variables by name.</param>
internal sealed class SshTools(string id, Func<string, string?> environment)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Full path of a program.</summary>
    /// <exception cref="DiagnosticException">It is not there.</exception>
    public string Find(string program) =>
        ToolPath.Find(program, environment) ?? throw BuildKitSessionDiagnostics.AgentFailed.With(id, $"'{program}' is in no folder of PATH").ToException();

    /// <summary>Makes sure that a key can be read without a passphrase.</summary>
    /// <exception cref="DiagnosticException">It cannot.</exception>
    public async Task CheckAsync(string key, CancellationToken cancellationToken)
    {
        // With -P the passphrase, here an empty one, is given and not asked for.
        var result = await RunAsync("ssh-keygen", ["-y", "-P", "", "-f", key], key, [], cancellationToken);
        if (result.ExitCode != 0)
        {
            throw result.Error.Contains("passphrase", StringComparison.OrdinalIgnoreCase)
                ? BuildKitSessionDiagnostics.KeyProtected.With(id, key).ToException()
                : Refused(key, result);
        }
    }

    /// <summary>Gives a key to an agent.</summary>
    /// <exception cref="DiagnosticException">The key is refused.</exception>
    public async Task AddAsync(string key, string socket, CancellationToken cancellationToken)
    {
        var result = await RunAsync("ssh-add", ["-q", key], key, [new("SSH_AUTH_SOCK", socket)], cancellationToken);
        if (result.ExitCode != 0)
        {
            throw Refused(key, result);
        }
    }

    private async Task<ToolResult> RunAsync(
        string program, IReadOnlyList<string> arguments, string key, IEnumerable<KeyValuePair<string, string?>> variables, CancellationToken cancellationToken)
    {
        try
        {
            var run = new ToolRun(Find(program), arguments, Longest)
            {
                Environment = new Dictionary<string, string?>(variables, StringComparer.Ordinal)
                {
                    ["SSH_ASKPASS"] = null,
                    ["SSH_ASKPASS_REQUIRE"] = "never",
                    ["DISPLAY"] = null,
                    ["LC_ALL"] = "C",
                },
            };
            return await ToolRunner.RunAsync(run, cancellationToken);
        }
        catch (ToolFailedException e)
        {
            throw BuildKitSessionDiagnostics.KeyRefused.With(id, key, $"{program}: {e.Message}").ToException(e);
        }
    }

    private DiagnosticException Refused(string key, ToolResult result) =>
        BuildKitSessionDiagnostics.KeyRefused.With(id, key, SafeText.Neutralize(result.Error).TrimEnd('.')).ToException();
}
