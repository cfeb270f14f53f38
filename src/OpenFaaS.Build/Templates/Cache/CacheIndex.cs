using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenFaaS.Build.Templates.Cache;

/// <summary>What a version in the cache holds; <c>index.json</c> beside its templates.</summary>
/// <param name="Commit">The commit, or the key of what is no repository.</param>
/// <param name="Trees">Tree hash of each template, by its name.</param>
internal sealed record CacheIndex(string Commit, SortedDictionary<string, string> Trees);

/// <summary>What a ref named at the last pull.</summary>
/// <param name="Commit">The commit.</param>
internal sealed record RememberedRef(string Commit);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CacheIndex))]
[JsonSerializable(typeof(RememberedRef))]
internal sealed partial class CacheJson : JsonSerializerContext
{
    private const long MaxSize = 16 << 20;

    /// <summary>Reads a file of the cache; one that is not there or cannot be read is as good as none.</summary>
    public static T? Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > MaxSize)
            {
                return null;
            }

            using var stream = file.OpenRead();
            return JsonSerializer.Deserialize(stream, type);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
