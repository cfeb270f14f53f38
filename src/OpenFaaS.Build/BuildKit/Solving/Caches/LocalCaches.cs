using System.Text;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.Solving.Caches;

/// <summary>Local caches: folders of this machine that the daemon reads and writes through the session. It gets a name for each and never the path.</summary>
internal sealed class LocalCaches(CacheInputs inputs)
{
    private const int UseAttempts = 600;

    private readonly Dictionary<string, ContentFolder> stores = new(StringComparer.Ordinal);

    /// <summary>Content stores by the daemon's name for them.</summary>
    public IReadOnlyDictionary<string, ContentFolder> Stores => stores;

    /// <summary>The one that is written; null where none is.</summary>
    public LocalCacheExport? Export { get; private set; }

    /// <summary>An entry for a cache that is written. Written ones come before read ones, so that one folder can be both.</summary>
    /// <exception cref="FormatException">There is one already; the message is the end of a sentence.</exception>
    /// <exception cref="DiagnosticException">The folder cannot be written.</exception>
    public async Task<CacheEntry?> WriteAsync(CacheValue value, CancellationToken cancellationToken)
    {
        if (Export is not null)
        {
            throw new FormatException("only one local cache can be written by a build");
        }

        var folder = FolderOf(value.Attributes["dest"]);
        var tag = TagOf(value);
        AtomicFile.EnsureWritable(Path.Combine(folder, "index.json"));
        Directory.CreateDirectory(folder);
        var use = await LayoutLock.ShareAsync(Path.Combine(folder, LocalCacheExport.UseFile), UseAttempts, TimeProvider.System, cancellationToken)
            ?? throw BuildKitCacheDiagnostics.LocalCacheNotWritten.With(folder, "another build cleans it up").ToException();
        var store = ContentFolder.ForWriting(folder);
        var name = NameOf(folder);
        stores["local:" + name] = store;
        Export = new LocalCacheExport(store, tag, IsTrue(value, "ignore-error"), IsTrue(value, "reset"), use);
        return Entry(value, "dest", name);
    }

    /// <summary>An entry for a cache that is read; null, with a warning, where there is nothing to read.</summary>
    /// <exception cref="FormatException">Tag or digest are malformed; the message is the end of a sentence.</exception>
    public async Task<CacheEntry?> ReadAsync(CacheValue value, CancellationToken cancellationToken)
    {
        var folder = FolderOf(value.Attributes["src"]);
        var tag = TagOf(value);
        try
        {
            var digest = value.Attributes.GetValueOrDefault("digest") is { } text
                ? Digest.TryParse(text, out var given) ? given : throw new FormatException("its digest is malformed")
                : await new LayoutIndex(folder).FindAsync(tag, cancellationToken) ?? throw new InvalidDataException($"it has no tag '{tag}'");
            var store = ContentFolder.ForReading(folder);
            if (store.Find(digest) is null)
            {
                throw new InvalidDataException($"it does not hold {digest}");
            }

            var name = NameOf(folder);
            stores.TryAdd("local:" + name, store);
            var entry = Entry(value, "src", name);
            return entry with { Attributes = new SortedDictionary<string, string>(entry.Attributes.ToDictionary(), StringComparer.Ordinal) { ["digest"] = digest.ToString() } };
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or Grpc.Core.RpcException)
        {
            var reason = e is Grpc.Core.RpcException rpc ? rpc.Status.Detail : e.Message.TrimEnd('.');
            inputs.Log.Report(BuildKitCacheDiagnostics.LocalCacheLeftOut.With(folder, reason).At(inputs.Origin));
            return null;
        }
    }

    private static CacheEntry Entry(CacheValue value, string key, string name)
    {
        // These are done here.
        var attributes = new SortedDictionary<string, string>(value.Attributes, StringComparer.Ordinal) { [key] = name };
        attributes.Remove("tag");
        attributes.Remove("reset");
        return new CacheEntry(value.Type, attributes);
    }

    private static bool IsTrue(CacheValue value, string key) => value.Attributes.GetValueOrDefault(key) is "true" or "1";

    private static string TagOf(CacheValue value) =>
        value.Attributes.GetValueOrDefault("tag") is not { } tag ? "latest" : ImageReference.IsTag(tag) ? tag : throw new FormatException("its tag is malformed");

    private string FolderOf(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, inputs.BaseFolder));

    // It travels in a header, which takes no path with other letters than those of ASCII.
    private static string NameOf(string folder) => "cache-" + Digest.Of(Encoding.UTF8.GetBytes(folder)).Hex[..24];
}
