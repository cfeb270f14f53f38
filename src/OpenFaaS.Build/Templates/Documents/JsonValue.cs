using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Documents;

/// <summary>A value in a JSON document of others: says where it is and what was expected there. Names are unique, nesting is bounded, texts are whole Unicode.</summary>
internal readonly struct JsonValue
{
    private const int MostDepth = 8;
    private readonly JsonElement element;
    private readonly ReadOnlyMemory<byte> document;
    private readonly string path;

    private JsonValue(JsonElement element, string path, ReadOnlyMemory<byte> document) => (this.element, this.path, this.document) = (element, path, document);

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonShapeException">It is no JSON, or <paramref name="read"/> found something else than it expected.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> document, Func<JsonValue, T> read)
    {
        var text = document.Span.StartsWith("\uFEFF"u8) ? document[3..] : document;
        if (text.Span.TrimStart(" \t\r\n"u8) is [(byte)'<', ..])
        {
            throw new JsonShapeException("it is a web page or XML, no JSON", 1, 1);
        }

        try
        {
            using var parsed = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MostDepth });
            return read(new JsonValue(parsed.RootElement, "$", text));
        }
        catch (JsonException e)
        {
            var (line, column) = ((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            throw new JsonShapeException(string.Create(CultureInfo.InvariantCulture,
                $"line {line}, byte {column}: it is no JSON, or is nested deeper than {MostDepth}"), line, column);
        }
    }

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonValue> Elements()
    {
        Expect(JsonValueKind.Array, "an array");
        var (at, text) = (path, document);
        return element.EnumerateArray().Select((child, index) => new JsonValue(child, string.Create(CultureInfo.InvariantCulture, $"{at}[{index}]"), text));
    }

    /// <summary>The members of an object, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonValue>> Members()
    {
        Expect(JsonValueKind.Object, "an object");
        var members = new List<KeyValuePair<string, JsonValue>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var name = Whole(() => property.Name);
            var value = new JsonValue(property.Value, $"{path}{Step(name)}", document);
            if (!names.Add(name))
            {
                throw value.Failure("the name is there twice");
            }

            members.Add(KeyValuePair.Create(name, value));
        }

        return members;
    }

    /// <summary>A text without control characters.</summary>
    public string Text()
    {
        Expect(JsonValueKind.String, "a string");
        var self = element;
        var text = Whole(() => self.GetString()!);
        return text.Any(char.IsControl) ? throw Failure("it holds control characters") : text;
    }

    /// <summary>A truth value.</summary>
    public bool Truth() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Failure("expected true or false"),
    };

    /// <summary>A whole number.</summary>
    public int Number() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) ? number : throw Failure("expected a whole number");

    /// <summary>What is wrong with this value.</summary>
    public JsonShapeException Failure(string why)
    {
        // The element's text lies inside the document; where, tells line and column.
        var before = document.Span.Overlaps(JsonMarshal.GetRawUtf8Value(element), out var offset) ? document.Span[..offset] : [];
        var line = before.Count((byte)'\n') + 1;
        return new JsonShapeException($"{path}: {why}", line, before.Length - before.LastIndexOf((byte)'\n'));
    }

    private static string Step(string name) =>
        name.Length is > 0 and <= 64 && name.All(char.IsAsciiLetterOrDigit) ? "." + name : $"['{SafeText.Neutralize(name)}']";

    private void Expect(JsonValueKind kind, string what)
    {
        if (element.ValueKind != kind)
        {
            throw Failure("expected " + what);
        }
    }

    private string Whole(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            // .NET finds these when a text is asked for, not when the document is read.
            throw Failure("a text holds half a surrogate pair or malformed UTF-8");
        }
    }
}

/// <summary>A document is not as expected.</summary>
/// <param name="why">What and where: <c>$[3].repo: expected a string</c>.</param>
/// <param name="line">One-based line.</param>
/// <param name="column">One-based column, in bytes.</param>
internal sealed class JsonShapeException(string why, int line, int column) : Exception(why)
{
    public int Line => line;

    public int Column => column;
}
