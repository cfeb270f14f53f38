using System.Text.Json;

namespace OpenFaaS.Build.BuildKit.Solving.Failures;

/// <summary>Fields of JSON that Go wrote: their names differ in case from version to version, and any value may be of the wrong kind.</summary>
internal static class JsonFields
{
    public static JsonElement? Field(JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in element.EnumerateObject())
            {
                if (IsNamed(field, name))
                {
                    return field.Value;
                }
            }
        }

        return null;
    }

    public static string? Text(JsonElement element, string name) =>
        Field(element, name) is { ValueKind: JsonValueKind.String } value ? Decoded(value, text => text.GetString()) : null;

    public static long? Number(JsonElement element, string name) =>
        Field(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static byte[]? Bytes(JsonElement element, string name) =>
        Field(element, name) is { ValueKind: JsonValueKind.String } value && value.TryGetBytesFromBase64(out var bytes) ? bytes : null;

    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        Field(element, name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    private static bool IsNamed(JsonProperty field, string name) => Decoded(field, entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase));

    private static TResult? Decoded<TSource, TResult>(TSource source, Func<TSource, TResult?> read)
    {
        try
        {
            return read(source);
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no UTF-8, or a surrogate without its other half.
            return default;
        }
    }
}
