using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates.Sources;

namespace OpenFaaS.Build.Templates.Cache;

/// <summary>Gets a version into the cache: one process fills it, the others wait and find it.</summary>
/// <param name="store">The versions on disk.</param>
/// <param name="limits">Bounds of one pull.</param>
/// <param name="log">Is told who is waited for.</param>
/// <param name="name">The source as messages name it.</param>
internal sealed class VersionAddition(VersionStore store, TemplateLimits limits, IBuildLog log, string name)
{
    /// <summary>The version from the cache, or filled. A version that is damaged is filled again.</summary>
    /// <param name="key">Its name in the cache.</param>
    /// <param name="commit">What the index says of it.</param>
    /// <param name="fill">Gives the templates; may put other things into the staging folder if it takes them away again.</param>
    /// <param name="cancellationToken">Ends waiting and filling.</param>
    public async Task<PulledTemplates> GetOrAddAsync(
        string key, string commit, Func<string, ITemplateTree, CancellationToken, Task> fill, CancellationToken cancellationToken)
    {
        if (store.Find(key) is { } found)
        {
            return found;
        }

        using var held = await HoldAsync(key, cancellationToken);
        if (store.Find(key) is { } pulled)
        {
            return pulled;
        }

        var staging = store.Stage(key);
        try
        {
            await fill(staging, new TemplateTreeWriter(VersionStore.TemplatesOf(staging), name, limits), cancellationToken);
            return await store.CommitAsync(staging, key, commit, cancellationToken);
        }
        finally
        {
            VersionStore.Remove(staging);
        }
    }

    /// <summary>Waits for a key's lock.</summary>
    public Task<CacheLock> HoldAsync(string key, CancellationToken cancellationToken) =>
        CacheLock.AcquireAsync(store.LockFile(key), name, limits.LockWait, log, cancellationToken);
}
