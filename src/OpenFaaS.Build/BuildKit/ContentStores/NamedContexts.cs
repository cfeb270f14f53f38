using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>The named contexts of one build, ready for its solve and its session. Disposed after the session.</summary>
internal sealed class NamedContexts : IAsyncDisposable
{
    private readonly SortedDictionary<string, string> attributes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> folders = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ContentFolder> stores = new(StringComparer.Ordinal);
    private readonly List<ImageReference> references = [];

    private NamedContexts()
    {
    }

    /// <summary>Attributes of the frontend: <c>context:NAME</c>.</summary>
    public IReadOnlyDictionary<string, string> FrontendAttributes => attributes;

    /// <summary>Full paths of folders that the session offers, by the name of the local directory.</summary>
    public IReadOnlyDictionary<string, string> Folders => folders;

    /// <summary>Content stores for the session.</summary>
    public IReadOnlyDictionary<string, ContentFolder> Stores => stores;

    /// <summary>Images of registries, for which credentials may be asked.</summary>
    public IReadOnlyList<ImageReference> References => references;

    /// <summary>Reads the contexts.</summary>
    /// <param name="contexts">
    /// As they are written: what FROM or COPY --from say, and a folder, <c>docker-image://…</c>, <c>oci-layout://…</c>, or the address of a git repository or an
    /// archive.
    /// </param>
    /// <param name="baseFolder">Full path of the folder that paths are relative to.</param>
    /// <param name="origin">The place to blame.</param>
    /// <param name="log">Is warned of credentials in addresses; null where that is done elsewhere.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">One or more are malformed or not there; all of them are named.</exception>
    public static async Task<NamedContexts> ReadAsync(
        IReadOnlyList<NamedSource> contexts, string baseFolder, SourceLocation origin, IBuildLog? log, CancellationToken cancellationToken)
    {
        var result = new NamedContexts();
        var errors = new List<Diagnostic>();
        foreach (var context in contexts)
        {
            if (ContextName.Normalize(context.Name) is not { } name)
            {
                errors.Add(BuildKitCacheDiagnostics.MalformedContextName.With(context.Name, "it is no image reference without a digest").At(origin));
            }
            else if (result.attributes.ContainsKey("context:" + name))
            {
                errors.Add(BuildKitCacheDiagnostics.MalformedContextName.With(context.Name, "another context has it").At(origin));
            }
            else if (await result.AddAsync(name, context.Source, baseFolder, cancellationToken) is { } problem)
            {
                errors.Add(BuildKitCacheDiagnostics.MalformedContextSource.With(context.Name, problem).At(origin));
            }
            else if (ContextAddress.HoldsCredentials(context.Source))
            {
                log?.Report(BuildKitCacheDiagnostics.LiteralSecret.With($"The build context '{context.Name}'", "its address").At(origin));
            }
        }

        if (errors.Count > 0)
        {
            await result.DisposeAsync();
            throw new DiagnosticException(errors);
        }

        return result;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in stores.Values)
        {
            await store.DisposeAsync();
        }
    }

    // The end of a sentence where it cannot be used, else null.
    private async Task<string?> AddAsync(string name, string source, string baseFolder, CancellationToken cancellationToken)
    {
        var key = "context:" + name;
        switch (ContextAddress.Scheme(source))
        {
            case null when source.Length > 0 && !source.Any(char.IsControl):
                return AddFolder(key, name, Path.GetFullPath(source, baseFolder));
            case "docker-image":
                var text = source["docker-image://".Length..];
                if (!ImageReference.TryParse(text, out var reference))
                {
                    return "docker-image:// is not followed by an image reference";
                }

                references.Add(reference);
                attributes[key] = "docker-image://" + text;
                return null;
            case "oci-layout":
                return await AddLayoutAsync(key, source["oci-layout://".Length..], baseFolder, cancellationToken);
            case "address":
                attributes[key] = source;
                return null;
            case "target" or "input":
                return "target: and input: name results of another build, which there is not";
            default:
                return "its form is unknown";
        }
    }

    private string? AddFolder(string key, string name, string path)
    {
        if (!Directory.Exists(path))
        {
            return $"'{path}' {(File.Exists(path) ? "is a file" : "does not exist")}";
        }

        // The names of the main context's own directories are taken.
        var local = name is "context" or "dockerfile" ? "_" + name : name;
        folders[local] = path;
        attributes[key] = "local:" + local;
        return null;
    }

    private async Task<string?> AddLayoutAsync(string key, string text, string baseFolder, CancellationToken cancellationToken)
    {
        var (path, tag, digest, problem) = ContextAddress.SplitLayout(text);
        if (problem is not null)
        {
            return problem;
        }

        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, baseFolder));
        try
        {
            var wanted = digest ?? await new LayoutIndex(folder).FindAsync(tag, cancellationToken)
                ?? throw new InvalidDataException(tag is null ? "it holds several images and none is tagged latest" : $"it has no tag '{tag}'");
            var store = ContentFolder.ForReading(folder);
            if (store.Find(wanted) is null)
            {
                throw new InvalidDataException($"it does not hold {wanted}");
            }

            var id = "layout-" + Digest.Of(Encoding.UTF8.GetBytes(folder)).Hex[..24];
            stores["oci:" + id] = store;
            attributes[key] = $"oci-layout://{id}@{wanted}";
            return null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return $"the layout '{folder}' cannot be read: {e.Message.TrimEnd('.')}";
        }
        catch (Grpc.Core.RpcException e)
        {
            return $"the layout '{folder}' cannot be read: {e.Status.Detail}";
        }
    }
}
