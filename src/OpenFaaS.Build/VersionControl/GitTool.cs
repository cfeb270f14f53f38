using System.Globalization;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.VersionControl;

/// <summary>The machine's <c>git</c>, run so that it asks nothing, starts nothing of the repository's and speaks only the protocols that a call allows.</summary>
internal sealed class GitTool
{
    private readonly string program;
    private readonly Func<string, string?> environment;

    private GitTool(string program, Func<string, string?> environment) => (this.program, this.environment) = (program, environment);

    /// <summary>Finds git in <c>PATH</c>; null where there is none.</summary>
    public static GitTool? Find(Func<string, string?> environment) =>
        ToolPath.Find("git", environment) is { } path ? new GitTool(path, environment) : null;

    /// <summary>Runs git to its end; any exit code is a result.</summary>
    /// <exception cref="ToolFailedException">It could not be started, or did not end in time.</exception>
    public Task<ToolResult> RunAsync(GitRun run, CancellationToken cancellationToken) =>
        ToolRunner.RunAsync(
            new ToolRun(program, [.. Settings.SelectMany(setting => new[] { "-c", setting }), .. run.Arguments], run.Timeout)
            {
                Folder = run.Folder,
                Environment = Variables(run),
                Input = run.Input,
                Output = run.Output,
            },
            cancellationToken);

    // The system's and the user's own settings stay: proxies, certificates and credential helpers of a company live there.
    private static readonly string[] Settings =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "transfer.fsckObjects=true", "fetch.fsckObjects=true", "transfer.bundleURI=false",
        "submodule.recurse=false", "gc.auto=0", "maintenance.auto=false", "protocol.version=2",
        "http.lowSpeedLimit=1024", "http.lowSpeedTime=60", "credential.interactive=false", "core.askPass=",
    ];

    private Dictionary<string, string?> Variables(GitRun run)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            // Stronger than any setting: also what a rewritten address (insteadOf) leads to is held to it.
            ["GIT_ALLOW_PROTOCOL"] = string.Join(':', run.Protocols.DefaultIfEmpty("none")),
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_ASKPASS"] = null,
            ["SSH_ASKPASS"] = null,
            ["SSH_ASKPASS_REQUIRE"] = "never",
            ["GCM_INTERACTIVE"] = "never",
            ["GIT_SSH_COMMAND"] = $"{environment("GIT_SSH_COMMAND") ?? "ssh"} -oBatchMode=yes",
            ["GIT_OPTIONAL_LOCKS"] = "0",
            ["GIT_LFS_SKIP_SMUDGE"] = "1",
            ["LC_ALL"] = "C",

            // Set for hooks and by some tools: they would lead every call to another repository.
            ["GIT_DIR"] = null,
            ["GIT_WORK_TREE"] = null,
            ["GIT_INDEX_FILE"] = null,
            ["GIT_OBJECT_DIRECTORY"] = null,
            ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = null,
            ["GIT_NAMESPACE"] = null,
        };
        AddHiddenSettings(run, variables);
        foreach (var (name, value) in run.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }

    // Those that the user's environment has already stay.
    private void AddHiddenSettings(GitRun run, Dictionary<string, string?> variables)
    {
        const string countName = "GIT_CONFIG_COUNT";
        var count = int.TryParse(environment(countName), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        foreach (var (name, value) in run.HiddenSettings)
        {
            variables[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{count}")] = name;
            variables[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{count}")] = value;
            count++;
        }

        if (run.HiddenSettings.Count > 0)
        {
            variables[countName] = count.ToString(CultureInfo.InvariantCulture);
        }
    }
}

/// <summary>One call of git.</summary>
/// <param name="Arguments">Arguments; what a user wrote comes after <c>--</c> or <c>--end-of-options</c>.</param>
/// <param name="Folder">Where git runs.</param>
internal sealed record GitRun(IReadOnlyList<string> Arguments, string Folder)
{
    /// <summary>After this time git and its children are ended.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Protocols that git may speak: <c>https</c>, <c>ssh</c>, <c>http</c>, <c>file</c>; none by default.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Further environment variables; secrets go here, where no other user sees them.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Settings for this call that stand in the environment and not among the arguments, in the order in which git reads them.</summary>
    public IReadOnlyList<(string Name, string Value)> HiddenSettings { get; init; } = [];

    /// <summary>Writes standard input.</summary>
    public Func<Stream, CancellationToken, Task>? Input { get; init; }

    /// <summary>Reads standard output as it comes.</summary>
    public Func<Stream, CancellationToken, Task>? Output { get; init; }
}
