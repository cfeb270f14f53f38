using System.Globalization;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Templates.Sources;
using OpenFaaS.Build.VersionControl;

namespace OpenFaaS.Build.Templates.Cache;

/// <summary>One pull of a repository's templates into the cache.</summary>
internal sealed class GitPull(VersionStore store, Func<string, string?> environment, TemplateLimits limits, IBuildLog log, GitSource source)
{
    private const string Head = "HEAD";

    private readonly VersionAddition addition = new(store, limits, log, GitFailure.Name(source));

    /// <param name="lockedCommit">The full id of the commit to take, or null for what the ref names.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public async Task<PulledTemplates> RunAsync(string? lockedCommit, CancellationToken cancellationToken)
    {
        if (lockedCommit is not null && !GitRef.IsFullCommit(lockedCommit))
        {
            throw TemplateSourceDiagnostics.RefRefused.With(Registry.Transport.SafeText.Neutralize(lockedCommit), "it is no full commit id").ToException();
        }

        if (source.Ref is { } reference)
        {
            GitRef.Check(reference);
        }

        store.Open();
        var commit = lockedCommit?.ToLowerInvariant() ?? GitRef.CommitOf(source.Ref);
        return commit is null ? await NamedAsync(cancellationToken)
            : GitRef.IsFullCommit(commit) ? await CommitAsync(commit, isNamed: false, cancellationToken)
            : await ShortenedAsync(commit, cancellationToken);
    }

    private async Task<PulledTemplates> NamedAsync(CancellationToken cancellationToken)
    {
        var file = store.RefFile(VersionStore.Key("git", source.Url, source.Ref ?? Head));
        try
        {
            var commit = await WithinTimeAsync(token => Remote(store.Root).ResolveAsync(token), cancellationToken);
            var pulled = await CommitAsync(commit, isNamed: true, cancellationToken);
            await AtomicFile.WriteAsync(file, JsonSerializer.SerializeToUtf8Bytes(new RememberedRef(commit), CacheJson.Default.RememberedRef), cancellationToken);
            return pulled;
        }
        catch (DiagnosticException e) when (GitFailure.IsUnreachable(e))
        {
            if (CacheJson.Read(file, CacheJson.Default.RememberedRef) is not { } last || store.Find(VersionKey(last.Commit)) is not { } pulled)
            {
                throw;
            }

            log.Report(TemplateSourceDiagnostics.UsedLastCommit.With(GitFailure.Name(source), source.Ref ?? Head, last.Commit, e.Diagnostics[0].Message));
            return pulled;
        }
    }

    private Task<PulledTemplates> CommitAsync(string commit, bool isNamed, CancellationToken cancellationToken) =>
        addition.GetOrAddAsync(
            VersionKey(commit),
            commit,
            (staging, tree, token) => WithinTimeAsync(
                async end =>
                {
                    log.Message(MessageImportance.Normal, $"Pulling the templates of {GitFailure.Name(source)}, commit {commit}.");
                    var (repository, full) = await Remote(staging).FetchAsync(commit, isNamed, end);
                    await Reader(repository).ReadAsync(full, tree, end);
                    VersionStore.Remove(repository);
                    return full;
                },
                token),
            cancellationToken);

    // A shortened id says nothing of where in the cache its commit is: the repository is fetched, then the commit is looked for.
    private async Task<PulledTemplates> ShortenedAsync(string digits, CancellationToken cancellationToken)
    {
        var key = VersionStore.Key("git", source.Url, digits);
        using var held = await addition.HoldAsync(key, cancellationToken);
        if (CacheJson.Read(store.RefFile(key), CacheJson.Default.RememberedRef) is { } last && store.Find(VersionKey(last.Commit)) is { } known)
        {
            return known;
        }

        return await InScratchAsync(
            key,
            async (folder, token) =>
            {
                var (repository, commit) = await Remote(folder).FetchAsync(digits, isNamed: false, token);
                var pulled = await addition.GetOrAddAsync(VersionKey(commit), commit, (_, tree, end) => Reader(repository).ReadAsync(commit, tree, end), token);
                await AtomicFile.WriteAsync(store.RefFile(key), JsonSerializer.SerializeToUtf8Bytes(new RememberedRef(commit), CacheJson.Default.RememberedRef), token);
                return pulled;
            },
            cancellationToken);
    }

    private async Task<T> InScratchAsync<T>(string key, Func<string, CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        var folder = store.Stage(key);
        try
        {
            return await WithinTimeAsync(token => run(folder, token), cancellationToken);
        }
        finally
        {
            VersionStore.Remove(folder);
        }
    }

    private async Task<T> WithinTimeAsync<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(limits.Time);
        try
        {
            return await run(end.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw GitFailure.TimedOut(source, $"git did not end within {limits.Time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s");
        }
    }

    private string VersionKey(string commit) => VersionStore.Key("git", source.Url, commit);

    private GitRemote Remote(string folder) => new(Git(), source, folder, limits);

    private GitTreeReader Reader(string repository) => new(Git(), source, repository, limits, log);

    private GitTool Git() => GitTool.Find(environment) ?? throw TemplateSourceDiagnostics.GitNotInstalled.With(GitFailure.Name(source)).ToException();
}
