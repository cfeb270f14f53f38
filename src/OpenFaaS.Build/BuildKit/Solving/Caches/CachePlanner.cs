using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.Solving.Caches;

/// <summary>Makes the caches that users name into what daemon and session need.</summary>
internal sealed class CachePlanner
{
    private readonly CacheInputs inputs;
    private readonly CacheSecrets secrets;
    private readonly LocalCaches local;
    private readonly List<ImageReference> references = [];
    private readonly List<Diagnostic> errors = [];

    private CachePlanner(CacheInputs inputs)
    {
        this.inputs = inputs;
        secrets = new CacheSecrets(inputs);
        local = new LocalCaches(inputs);
    }

    /// <summary>The plan for a build.</summary>
    /// <exception cref="DiagnosticException">One or more values are malformed; all of them are named.</exception>
    public static Task<CachePlan> PlanAsync(CacheInputs inputs, CancellationToken cancellationToken) => new CachePlanner(inputs).RunAsync(cancellationToken);

    private async Task<CachePlan> RunAsync(CancellationToken cancellationToken)
    {
        var exports = await EntriesAsync("ContainerCacheTo", inputs.To, value => ExportAsync(value, cancellationToken));
        var imports = await EntriesAsync("ContainerCacheFrom", inputs.From, value => ImportAsync(value, cancellationToken));
        if (errors.Count > 0)
        {
            local.Export?.Dispose();
            throw new DiagnosticException(errors);
        }

        return new CachePlan
        {
            Imports = imports,
            Exports = [.. exports.OrderBy(entry => entry.Type == "local")],
            Stores = local.Stores,
            References = references,
            LocalExport = local.Export,
        };
    }

    private async Task<IReadOnlyList<CacheEntry>> EntriesAsync(string item, IReadOnlyList<string> texts, Func<CacheValue, Task<CacheEntry?>> make)
    {
        var entries = new List<CacheEntry>();
        for (var i = 0; i < texts.Count; i++)
        {
            var name = $"Number {i + 1} of @({item})";
            try
            {
                if (Read(texts[i], name) is { } value && await make(value) is { } entry)
                {
                    entries.Add(entry);
                }
            }
            catch (FormatException e)
            {
                errors.Add(BuildKitCacheDiagnostics.MalformedCache.With(name, e.Message).At(inputs.Origin));
            }
            catch (DiagnosticException e)
            {
                errors.AddRange(e.Diagnostics);
            }
        }

        return entries;

        // Null where the cache is left out.
        CacheValue? Read(string text, string name)
        {
            var value = CacheValue.Parse(text.Replace("{function}", inputs.Function, StringComparison.Ordinal));
            if (RequiredKey(value.Type, item == "ContainerCacheTo") is { } key && string.IsNullOrEmpty(value.Attributes.GetValueOrDefault(key)))
            {
                throw BuildKitCacheDiagnostics.MissingAttribute.With(name, value.Type, key).At(inputs.Origin).ToException();
            }

            secrets.Resolve(value, name);
            switch (value.Type)
            {
                case "s3":
                    secrets.CompleteS3(value.Attributes);
                    break;
                case "gha" when secrets.CompleteGitHub(value.Attributes) is { } reason:
                    inputs.Log.Report(BuildKitCacheDiagnostics.GitHubCacheLeftOut.With(name, reason).At(inputs.Origin));
                    return null;
            }

            return value;
        }
    }

    private static string? RequiredKey(string type, bool isExport) => type switch
    {
        "registry" => "ref",
        "local" => isExport ? "dest" : "src",
        _ => null,
    };

    private async Task<CacheEntry?> ExportAsync(CacheValue value, CancellationToken cancellationToken) => value.Type switch
    {
        "local" => await local.WriteAsync(value, cancellationToken),
        _ => Entry(value),
    };

    private async Task<CacheEntry?> ImportAsync(CacheValue value, CancellationToken cancellationToken) => value.Type switch
    {
        "inline" => throw new FormatException("an inline cache is read from its image: type=registry with the image's reference"),
        "local" => await local.ReadAsync(value, cancellationToken),
        _ => Entry(value),
    };

    private CacheEntry Entry(CacheValue value)
    {
        if (value.Type == "registry")
        {
            var reference = ImageReference.TryParse(value.Attributes["ref"], out var parsed) ? parsed : throw new FormatException("its ref is no image reference");
            references.Add(reference);
            if (inputs.InsecureRegistries.Contains(reference.Registry, StringComparer.OrdinalIgnoreCase))
            {
                value.Attributes.TryAdd("registry.insecure", "true");
            }
        }

        return new CacheEntry(value.Type, value.Attributes);
    }
}
