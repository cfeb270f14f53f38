using OpenFaaS.Build.Templates.Documents;

namespace OpenFaaS.Build.Templates.Store;

/// <summary>Reads the JSON of a template store: an array of objects. Names that the SDK does not know are left alone, since stores gain them.</summary>
internal static class StoreDocument
{
    private const int LongestName = 128;

    /// <exception cref="JsonShapeException">The document is none; the message holds the JSON path.</exception>
    public static IReadOnlyList<StoreTemplate> Read(ReadOnlyMemory<byte> json) =>
        JsonValue.Read<IReadOnlyList<StoreTemplate>>(json, static root => [.. root.Elements().Select(Entry)]);

    private static StoreTemplate Entry(JsonValue value)
    {
        var entry = new StoreTemplate("", "");
        foreach (var (name, member) in value.Members())
        {
            entry = name switch
            {
                "template" => entry with { Template = Name(member) },
                "platform" => entry with { Platform = member.Text() },
                "language" => entry with { Language = member.Text() },
                "source" => entry with { Source = member.Text() },
                "description" => entry with { Description = member.Text() },
                "repo" => entry with { Repo = member.Text() },
                "official" => entry with { IsOfficial = member.Text() == "true" },
                "recommended" => entry with { IsRecommended = member.Truth() },
                _ => entry,
            };
        }

        return entry switch
        {
            { Template: "" } => throw value.Failure("it has no template"),
            { Repo: "" } => throw value.Failure("it has no repo"),
            _ => entry,
        };
    }

    // It becomes the name of a folder, and '/' and '@' divide it from source and reference.
    private static string Name(JsonValue value)
    {
        var name = value.Text();
        return name.Length is > 0 and <= LongestName && name[0] is not ('.' or '-') && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? name
            : throw value.Failure("expected the name of a template: letters, digits, '-', '_' and '.'");
    }
}
