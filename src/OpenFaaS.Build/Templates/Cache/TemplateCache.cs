using System.Collections.Concurrent;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Sources;

namespace OpenFaaS.Build.Templates.Cache;

/// <summary>Templates of repositories and packages, each version once on this machine. Safe for concurrent use, also by other processes with the same folder.</summary>
/// <param name="root">The cache's folder, of the current user's own.</param>
/// <param name="environment">The environment, in which git and its settings are found.</param>
/// <param name="limits">Bounds of one pull.</param>
/// <param name="log">Is told what is waited for and what was left out.</param>
internal sealed class TemplateCache(string root, Func<string, string?> environment, TemplateLimits limits, IBuildLog log)
{
    private readonly VersionStore store = new(root);
    private readonly ConcurrentDictionary<string, SharedPull> pulls = new(StringComparer.Ordinal);

    /// <summary>The templates of a repository. In one session each address and ref is asked for once.</summary>
    /// <param name="source">The repository and the ref.</param>
    /// <param name="lockedCommit">The full id of the commit to take whatever the ref names; then the server is asked only if the commit is not in the cache.</param>
    /// <param name="cancellationToken">Ends the wait, and the pull when nobody else waits for it.</param>
    /// <exception cref="DiagnosticException">It cannot be pulled.</exception>
    public Task<PulledTemplates> PullAsync(GitSource source, string? lockedCommit, CancellationToken cancellationToken) =>
        OnceAsync(
            VersionStore.Key("git", source.Url, source.Ref ?? "", lockedCommit ?? ""),
            token => new GitPull(store, environment, limits, log, source).RunAsync(lockedCommit, token),
            cancellationToken);

    /// <summary>The templates of any other source.</summary>
    /// <param name="key">Names the source and its exact version; the same key always has the same content.</param>
    /// <param name="fill">Gives the templates, if they are not in the cache.</param>
    /// <param name="cancellationToken">Ends the wait, and the filling when nobody else waits for it.</param>
    /// <exception cref="DiagnosticException">They cannot be put there.</exception>
    public Task<PulledTemplates> GetOrAddAsync(string key, Func<ITemplateTree, CancellationToken, Task> fill, CancellationToken cancellationToken) =>
        OnceAsync(
            VersionStore.Key("other", key),
            async token =>
            {
                store.Open();
                var name = $"'{Registry.Transport.SafeText.Neutralize(key)}'";
                return await new VersionAddition(store, limits, log, name).GetOrAddAsync(
                    VersionStore.Key("other", key), key, (_, tree, end) => fill(tree, end), token);
            },
            cancellationToken);

    // Failures are not kept: the next caller tries again.
    private async Task<PulledTemplates> OnceAsync(string key, Func<CancellationToken, Task<PulledTemplates>> pull, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var shared = pulls.GetOrAdd(key, _ => new SharedPull(pull));
            try
            {
                return await shared.JoinAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // All who waited before have gone; this caller still wants it.
                pulls.TryRemove(KeyValuePair.Create(key, shared));
            }
            catch
            {
                pulls.TryRemove(KeyValuePair.Create(key, shared));
                throw;
            }
        }
    }
}
