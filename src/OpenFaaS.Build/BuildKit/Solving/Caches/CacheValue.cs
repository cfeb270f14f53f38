using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.BuildKit.Solving.Caches;

/// <summary>A value of <c>ContainerCacheFrom</c> or <c>ContainerCacheTo</c> as it is written, taken apart.</summary>
/// <param name="Type">The kind of cache; kinds that are not known here are the daemon's business.</param>
/// <param name="Attributes">Keys in lower case with their values.</param>
internal sealed record CacheValue(string Type, SortedDictionary<string, string> Attributes)
{
    private const int LongestText = 16 * 1024;

    /// <summary>Reads <c>type=…,key=value,…</c>, or a bare reference of a registry.</summary>
    /// <exception cref="FormatException">It is neither; the message is the end of a sentence and repeats no value, which may be a secret.</exception>
    public static CacheValue Parse(string text)
    {
        if (text.Length > LongestText || text.Any(char.IsControl))
        {
            throw new FormatException("it is too long or holds control characters");
        }

        var fields = CsvRecord.Split(text);
        if (fields is [var only] && !only.Contains('=', StringComparison.Ordinal))
        {
            return new CacheValue("registry", new SortedDictionary<string, string>(StringComparer.Ordinal) { ["ref"] = only });
        }

        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < fields.Count; i++)
        {
            var equals = fields[i].IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException($"field {i + 1} is not key=value");
            }

            var key = fields[i][..equals].ToLowerInvariant();
            if (!attributes.TryAdd(key, fields[i][(equals + 1)..]))
            {
                throw new FormatException($"the key in field {i + 1} is there twice");
            }
        }

        return attributes.Remove("type", out var type) && type.Length > 0 ? new CacheValue(type, attributes) : throw new FormatException("it has no type");
    }
}
