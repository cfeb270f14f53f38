using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Processes;
using OpenFaaS.Build.VersionControl;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>A git repository as its server gives it away: names are resolved, and one commit is fetched. Nothing is checked out.</summary>
/// <param name="git">The machine's git.</param>
/// <param name="source">The repository.</param>
/// <param name="folder">A private folder in which git runs.</param>
/// <param name="limits">Bounds of time and size.</param>
internal sealed class GitRemote(GitTool git, GitSource source, string folder, TemplateLimits limits)
{
    private const string Head = "HEAD";
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(200);

    private string Repository => Path.Combine(folder, "repository");

    /// <summary>The commit that the source's ref names now. A branch goes before a tag of the same name, as for <c>git clone -b</c>.</summary>
    /// <exception cref="DiagnosticException">There is no such ref, or the server was not read.</exception>
    public async Task<string> ResolveAsync(CancellationToken cancellationToken)
    {
        string[] names = source.Ref is { } name ? [$"refs/heads/{name}", $"refs/tags/{name}^{{}}", $"refs/tags/{name}"] : [Head];
        var found = await ListAsync(names, cancellationToken);
        return names.Select(found.GetValueOrDefault).FirstOrDefault(id => id is not null)
            ?? throw TemplateSourceDiagnostics.RefNotFound.With(GitFailure.Name(source), source.Ref ?? Head).ToException();
    }

    /// <summary>Fetches a commit and all that it needs.</summary>
    /// <param name="commit">A full id, or at least 7 digits of one.</param>
    /// <param name="isNamed">Whether the source's ref was resolved to it, rather than written by a user.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>Folder of the bare repository, and the full id.</returns>
    /// <exception cref="DiagnosticException">The repository has no such commit, several, or could not be read.</exception>
    public async Task<(string Repository, string Commit)> FetchAsync(string commit, bool isNamed, CancellationToken cancellationToken)
    {
        var isFull = GitRef.IsFullCommit(commit);
        var length = isFull ? commit.Length : (await ListAsync([Head], cancellationToken)).GetValueOrDefault(Head)?.Length ?? 40;
        await EnsureAsync(["init", "--bare", "--quiet", "--template=", $"--object-format={(length == 64 ? "sha256" : "sha1")}", "--", Repository], folder, commit, cancellationToken);

        string[] everything = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
        var result = await FetchAsync(isFull ? ["--depth=1"] : [], isFull ? [commit] : everything, cancellationToken);
        if (isFull && IsUnadvertised(result))
        {
            // Servers of the old protocol give away only what a ref names.
            result = isNamed && source.Ref is { } name && await FetchAsync(["--depth=1"], [$"refs/heads/{name}"], cancellationToken) is { ExitCode: 0 } branch
                ? branch
                : await FetchAsync([], everything, cancellationToken);
        }

        return result.ExitCode == 0 ? (Repository, await VerifyAsync(commit, isNamed, cancellationToken)) : throw GitFailure.Of(source, result.Error, commit);
    }

    private static bool IsUnadvertised(ToolResult result) => result.ExitCode != 0 && result.Error.Contains("unadvertised object", StringComparison.Ordinal);

    private async Task<string> VerifyAsync(string commit, bool isNamed, CancellationToken cancellationToken)
    {
        var verified = await RevisionAsync($"{commit}^{{commit}}", cancellationToken);
        var id = verified.Output.Trim();
        if (verified.ExitCode == 0 && id.StartsWith(commit, StringComparison.Ordinal))
        {
            return id;
        }

        if (verified.Error.Contains("ambiguous", StringComparison.Ordinal))
        {
            throw TemplateSourceDiagnostics.CommitAmbiguous.With(GitFailure.Name(source), commit).ToException();
        }

        var received = isNamed ? (await RevisionAsync("FETCH_HEAD^{commit}", cancellationToken)).Output.Trim() : "";
        throw (received.Length > 0
            ? TemplateSourceDiagnostics.CommitMoved.With(GitFailure.Name(source), commit, received)
            : TemplateSourceDiagnostics.CommitNotFound.With(GitFailure.Name(source), commit)).ToException();
    }

    private Task<ToolResult> RevisionAsync(string revision, CancellationToken cancellationToken) =>
        RunAsync(["rev-parse", "--verify", "--end-of-options", revision], Repository, cancellationToken);

    private async Task<Dictionary<string, string>> ListAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var result = await EnsureAsync(["ls-remote", "--", source.Url, .. names], folder, source.Ref ?? Head, cancellationToken);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parts in result.Output.Split('\n').Select(line => line.Split('\t')).Where(parts => parts.Length == 2 && GitRef.IsFullCommit(parts[0])))
        {
            found.TryAdd(parts[1], parts[0].ToLowerInvariant());
        }

        return found;
    }

    private async Task<ToolResult> FetchAsync(string[] options, string[] wanted, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fetch = RunAsync(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance", .. options, "--", source.Url, .. wanted], Repository, end.Token);
        while (await Task.WhenAny(fetch, Task.Delay(WatchInterval, cancellationToken)) != fetch)
        {
            if (FolderSize.Of(Repository) > limits.FetchedBytes)
            {
                await end.CancelAsync();
                await Task.WhenAny(fetch);
                break;
            }
        }

        // A small pack may have come whole between two looks.
        return end.IsCancellationRequested && !cancellationToken.IsCancellationRequested || FolderSize.Of(Repository) > limits.FetchedBytes
            ? throw TemplateSourceDiagnostics.LimitReached.With(GitFailure.Name(source), $"git fetched more than {limits.FetchedBytes} bytes").ToException()
            : await fetch;
    }

    private async Task<ToolResult> EnsureAsync(string[] arguments, string within, string subject, CancellationToken cancellationToken) =>
        await RunAsync(arguments, within, cancellationToken) is var result && result.ExitCode == 0 ? result : throw GitFailure.Of(source, result.Error, subject);

    private async Task<ToolResult> RunAsync(string[] arguments, string within, CancellationToken cancellationToken)
    {
        try
        {
            return await git.RunAsync(
                new GitRun(arguments, within)
                {
                    Timeout = limits.Time,
                    Protocols = Protocols(),
                    HiddenSettings = source.Credential?.Settings(GitAddress.ServerOf(source.Url)) ?? [],
                    Environment = Variables(within),
                },
                cancellationToken);
        }
        catch (ToolFailedException e)
        {
            throw GitFailure.TimedOut(source, e.Message);
        }
    }

    // Neither a repository around the cache nor a setting against bare ones has a say.
    private Dictionary<string, string?> Variables(string within) => new(source.Credential?.Variables ?? new Dictionary<string, string?>(), StringComparer.Ordinal)
    {
        ["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(folder),
        ["GIT_DIR"] = within == Repository ? Repository : null,
    };

    // Companies rewrite https to ssh and back; http only from this machine to itself, so no redirect leaves encryption.
    private string[] Protocols() =>
        source.IsLocal ? ["file"] : source.Url.StartsWith("http://", StringComparison.Ordinal) ? ["http", "https"] : ["https", "ssh"];
}
