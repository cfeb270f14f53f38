using System.Text.Json;

namespace OpenFaaS.Build.Protocol;

/// <summary>Reads requests member by member: a serializer describes every type to itself first, which every build would wait for.</summary>
internal static class BuildRequestReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads a request; what the format does not have is passed over, and null is as good as left out.</summary>
    /// <exception cref="JsonException">The bytes are no request; the message says what was expected where.</exception>
    public static BuildRequest Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Request(document.RootElement);
        }
        catch (InvalidOperationException e)
        {
            // Found when a text is asked for, by the reader of names or here.
            throw new JsonException("A text holds half a surrogate pair or malformed UTF-8.", e);
        }
    }

    private static BuildRequest Request(JsonElement root) => new()
    {
        Version = Member(root, "$", "version", JsonValueKind.Number) is { } version && version.TryGetInt32(out var number) ? number : throw Failure("$.version", "a whole number"),
        SdkVersion = Text(root, "sdkVersion") ?? "",
        Project = Required(root, "project"),
        ProjectName = Required(root, "projectName"),
        ProjectDirectory = Required(root, "projectDirectory"),
        Shape = Required(root, "shape"),
        OutputDirectory = Required(root, "outputDirectory"),
        Properties = Texts(root, "$", "properties") ?? new(),
        Items = Items(root),
    };

    private static Dictionary<string, IReadOnlyList<RequestItem>> Items(JsonElement root)
    {
        var items = new Dictionary<string, IReadOnlyList<RequestItem>>(StringComparer.Ordinal);
        if (Member(root, "$", "items", JsonValueKind.Object) is { } types)
        {
            foreach (var type in types.EnumerateObject())
            {
                var path = $"$.items.{type.Name}";
                items.Add(type.Name, [.. Expect(type.Value, path, JsonValueKind.Array).EnumerateArray().Select((item, index) => Item(item, $"{path}[{index}]"))]);
            }
        }

        return items;
    }

    private static RequestItem Item(JsonElement item, string path) => new(
        Member(item, path, "include", JsonValueKind.String)?.GetString() ?? throw Failure($"{path}.include", "a string"),
        Texts(item, path, "metadata"));

    private static Dictionary<string, string>? Texts(JsonElement parent, string path, string name) =>
        Member(parent, path, name, JsonValueKind.Object)?.EnumerateObject()
            .ToDictionary(pair => pair.Name, pair => Expect(pair.Value, $"{path}.{name}.{pair.Name}", JsonValueKind.String).GetString()!, StringComparer.Ordinal);

    private static string Required(JsonElement root, string name) => Text(root, name) ?? throw Failure($"$.{name}", "a string");

    private static string? Text(JsonElement root, string name) => Member(root, "$", name, JsonValueKind.String)?.GetString();

    private static JsonElement? Member(JsonElement parent, string path, string name, JsonValueKind kind) =>
        Expect(parent, path, JsonValueKind.Object).TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? Expect(member, $"{path}.{name}", kind)
            : null;

    private static JsonElement Expect(JsonElement element, string path, JsonValueKind kind) =>
        element.ValueKind == kind ? element : throw Failure(path, kind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.Number => "a number",
            _ => "a string",
        });

    private static JsonException Failure(string path, string expected) => new($"{path} is not {expected}.");
}
