using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Templates.Sources;

namespace OpenFaaS.Build.Templates.Cache;

/// <summary>The versions on disk: <c>&lt;key&gt;/template/&lt;name&gt;/…</c> with <c>&lt;key&gt;/index.json</c>. A version appears whole by one rename and never changes.</summary>
/// <param name="root">The cache's folder; only its owner may enter.</param>
internal sealed class VersionStore(string root)
{
    private const string IndexName = "index.json";
    private const string TemplatesName = "template";
    private const string StagingPrefix = ".staging-";
    private const string LockEnding = ".lock";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The name of a version or a lock: nothing of what was asked for can be read from it or lead elsewhere.</summary>
    public static string Key(params string[] parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));

    /// <summary>Makes the cache's folder, and refuses one that another user could write to.</summary>
    /// <exception cref="DiagnosticException">It cannot be made or is not used.</exception>
    public void Open()
    {
        OwnFolder.EnsureTrusted(root);
        try
        {
            CreatePrivate(root);
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(root) != Private)
            {
                File.SetUnixFileMode(root, Private);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(root, e);
        }
    }

    /// <summary>The cache's folder.</summary>
    public string Root => root;

    /// <summary>The file of a key's lock.</summary>
    public string LockFile(string key) => Path.Combine(root, key + LockEnding);

    /// <summary>The file that remembers what a ref named.</summary>
    public string RefFile(string key) => Path.Combine(root, key + ".ref.json");

    /// <summary>A version, or null if it is not there or is not what was put there.</summary>
    public PulledTemplates? Find(string key)
    {
        var folder = Path.Combine(root, key);
        var templates = Path.Combine(folder, TemplatesName);
        try
        {
            return CacheJson.Read(Path.Combine(folder, IndexName), CacheJson.Default.CacheIndex) is { } index && Directory.Exists(templates) && IsIntact(templates, index)
                ? new PulledTemplates(templates, index.Commit, index.Trees)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A private folder for a pull; the key's lock is held. Folders of pulls that were killed are removed.</summary>
    public string Stage(string key)
    {
        var staging = Path.Combine(root, $"{StagingPrefix}{key}-{Guid.NewGuid():N}");
        try
        {
            Sweep(key);
            CreatePrivate(staging);
            CreatePrivate(Path.Combine(staging, TemplatesName));
            return staging;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(staging, e);
        }
    }

    /// <summary>Where a staged pull writes its templates.</summary>
    public static string TemplatesOf(string staging) => Path.Combine(staging, TemplatesName);

    /// <summary>Makes a staged pull visible, in place of a damaged version if there is one.</summary>
    /// <exception cref="DiagnosticException">The disk does not take it.</exception>
    public async Task<PulledTemplates> CommitAsync(string staging, string key, string commit, CancellationToken cancellationToken)
    {
        var templates = TemplatesOf(staging);
        var version = Path.Combine(root, key);
        try
        {
            var trees = Directory.EnumerateDirectories(templates).ToDictionary(folder => Path.GetFileName(folder)!, TreeHash.Of, StringComparer.Ordinal);
            var index = new CacheIndex(commit, new SortedDictionary<string, string>(trees, StringComparer.Ordinal));

            // The index goes to disk; a file that a power cut tears does not fit its hash and is pulled again.
            await AtomicFile.WriteAsync(Path.Combine(staging, IndexName), JsonSerializer.SerializeToUtf8Bytes(index, CacheJson.Default.CacheIndex), cancellationToken);
            if (Directory.Exists(version))
            {
                // The name of a staged pull, so that whatever is left of it is swept.
                Directory.Move(version, $"{staging}-damaged");
            }

            Directory.Move(staging, version);
            DirectorySync.Flush(root);
            Remove($"{staging}-damaged");
            return new PulledTemplates(Path.Combine(version, TemplatesName), commit, index.Trees);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(version, e);
        }
    }

    /// <summary>Removes a folder as far as the system allows.</summary>
    public static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only disk space is lost, and the next pull tries again.
        }
    }

    private static bool IsIntact(string templates, CacheIndex index)
    {
        var names = Directory.EnumerateFileSystemEntries(templates).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        return names.SetEquals(index.Trees.Keys) && index.Trees.All(tree => TreeHash.Of(Path.Combine(templates, tree.Key)) == tree.Value);
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Private);
        }
    }

    // A staging folder whose lock is free has no owner any more.
    private void Sweep(string held)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, StagingPrefix + "*"))
        {
            var key = Path.GetFileName(folder)[StagingPrefix.Length..].Split('-')[0];
            if (key == held)
            {
                Remove(folder);
            }
            else if (CacheLock.TryAcquire(LockFile(key)) is { } free)
            {
                using (free)
                {
                    Remove(folder);
                }
            }
        }
    }
}
