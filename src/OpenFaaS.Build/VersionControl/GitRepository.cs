using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.VersionControl;

/// <summary>What git calls the commit that is checked out in a repository. Nothing is fetched and nothing is written.</summary>
internal sealed class GitRepository
{
    private const string Heads = "refs/heads/";
    private readonly GitTool git;
    private readonly Func<string, string?> environment;
    private readonly TimeSpan timeout;

    private GitRepository(GitTool git, string root, Func<string, string?> environment, TimeSpan timeout) =>
        (this.git, Root, this.environment, this.timeout) = (git, root, environment, timeout);

    /// <summary>Full path of the working tree.</summary>
    public string Root { get; }

    /// <summary>The nearest folder, from <paramref name="folder"/> upwards, that holds a <c>.git</c>: a folder, or the file of a worktree or submodule. Null if there is none.</summary>
    public static string? RootOf(string folder)
    {
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
        {
            if (Path.Exists(Path.Combine(parent.FullName, ".git")))
            {
                return parent.FullName;
            }
        }

        return null;
    }

    /// <summary>The repository that holds a folder.</summary>
    /// <param name="folder">Full path.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="timeout">For each call of git; null for 30 s.</param>
    /// <exception cref="DiagnosticException">There is no repository or no git.</exception>
    public static GitRepository Open(string folder, Func<string, string?> environment, TimeSpan? timeout = null)
    {
        var root = RootOf(folder) ?? throw VersionControlDiagnostics.NoRepository.With(folder).ToException();
        var git = GitTool.Find(environment) ?? throw VersionControlDiagnostics.GitNotFound.With(folder).ToException();
        return new GitRepository(git, root, environment, timeout ?? TimeSpan.FromSeconds(30));
    }

    /// <summary>The abbreviated hash of the commit.</summary>
    /// <exception cref="DiagnosticException">There is no commit, or git does not tell.</exception>
    public Task<string> ShortCommitAsync(CancellationToken cancellationToken) => CommitAsync(["--short"], cancellationToken);

    /// <summary>The branch; where none is checked out the branch or tag that the CI system names for this commit, else <c>HEAD</c>.</summary>
    /// <exception cref="DiagnosticException">There is no commit, or git does not tell.</exception>
    public async Task<string> BranchAsync(CancellationToken cancellationToken)
    {
        // Not abbreviated by git, which would write heads/x where there is also a tag x.
        var result = await RunAsync(["symbolic-ref", "--quiet", "HEAD"], cancellationToken);
        return result.ExitCode switch
        {
            0 => Text(result) is var name && name.StartsWith(Heads, StringComparison.Ordinal) ? name[Heads.Length..] : name,
            1 => CiBranch.Find(await CommitAsync([], cancellationToken), environment) ?? "HEAD",
            _ => throw Failure(result),
        };
    }

    /// <summary>The nearest tag with the distance to it, or the abbreviated hash where there is no tag.</summary>
    /// <exception cref="DiagnosticException">There is no commit, or git does not tell.</exception>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        // git says the same of a repository without commits as of a damaged one.
        await ShortCommitAsync(cancellationToken);
        return await TextAsync(["describe", "--tags", "--always"], cancellationToken);
    }

    /// <summary>Whether tracked files differ from the commit. Of submodules only the commit counts.</summary>
    /// <exception cref="DiagnosticException">git does not tell.</exception>
    public async Task<bool> HasChangesAsync(CancellationToken cancellationToken) =>
        (await TextAsync(["status", "--porcelain", "--untracked-files=no", "--ignore-submodules=dirty", "--no-renames"], cancellationToken)).Length > 0;

    /// <summary>Whether history was cut off when the repository was cloned.</summary>
    /// <exception cref="DiagnosticException">git does not tell.</exception>
    public async Task<bool> IsShallowAsync(CancellationToken cancellationToken) =>
        await TextAsync(["rev-parse", "--is-shallow-repository"], cancellationToken) == "true";

    private async Task<string> CommitAsync(string[] form, CancellationToken cancellationToken)
    {
        var result = await RunAsync(["rev-parse", "--verify", "--quiet", .. form, "HEAD"], cancellationToken);
        return result.ExitCode switch
        {
            0 => Text(result),
            1 => throw VersionControlDiagnostics.NoCommit.With(Root).ToException(),
            _ => throw Failure(result),
        };
    }

    private async Task<string> TextAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var result = await RunAsync(arguments, cancellationToken);
        return result.ExitCode == 0 ? Text(result) : throw Failure(result);
    }

    private async Task<ToolResult> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var run = new GitRun(arguments, Root) { Timeout = timeout, Environment = new Dictionary<string, string?> { ["GIT_COMMON_DIR"] = null } };
            return await git.RunAsync(run, cancellationToken);
        }
        catch (ToolFailedException e)
        {
            throw VersionControlDiagnostics.GitFailed.With(Root, e.Message).ToException(e);
        }
    }

    // Only for choosing the message: what git says here never reaches a tag.
    private DiagnosticException Failure(ToolResult result)
    {
        if (result.Error.Contains("dubious ownership", StringComparison.OrdinalIgnoreCase))
        {
            return VersionControlDiagnostics.DubiousOwnership.With(Root).ToException();
        }

        var line = result.Error.Split('\n').Select(text => text.Trim().TrimEnd('.')).FirstOrDefault(text => text.Length > 0) ?? $"exit code {result.ExitCode}";
        var shown = string.Concat(line.Take(200).Select(c => char.IsControl(c) ? ' ' : c));
        return VersionControlDiagnostics.GitFailed.With(Root, shown).ToException();
    }

    private static string Text(ToolResult result) => result.Output.TrimEnd('\r', '\n');
}
