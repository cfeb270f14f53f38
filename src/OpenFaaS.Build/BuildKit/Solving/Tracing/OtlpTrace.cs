using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace OpenFaaS.Build.BuildKit.Solving.Tracing;

/// <summary>OTLP's JSON form of traces (<c>resourceSpans</c>): hexadecimal ids, times in nanoseconds as text, a root span a function.</summary>
internal static class OtlpTrace
{
    private const string Service = "OpenFaaS.Build.Sdk";
    private const string Scope = "buildkit";
    private const int Internal = 1;
    private const int Failed = 2;

    /// <summary>The bytes of the file.</summary>
    public static byte[] Write(IReadOnlyList<TraceFunction> functions)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceSpans");
            json.WriteStartObject();
            json.WriteStartObject("resource");
            json.WriteStartArray("attributes");
            Attribute(json, "service.name", Service);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("scopeSpans");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", Scope);
            json.WriteEndObject();
            json.WriteStartArray("spans");
            foreach (var function in functions)
            {
                Write(json, function);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, TraceFunction function)
    {
        var (trace, root) = (Id(16), Id(8));
        Begin(json, trace, root, null, function.Name, function.Started, function.Completed);
        json.WriteStartArray("attributes");
        Attribute(json, "openfaas.function", function.Name);
        json.WriteEndArray();
        json.WriteEndObject();
        foreach (var span in function.Spans)
        {
            Begin(json, trace, Id(8), root, span.Name, span.Started, span.Completed);
            json.WriteStartArray("attributes");
            Attribute(json, "vertex", span.Digest);
            Attribute(json, "cached", span.Cached);
            if (span.Error.Length > 0)
            {
                Attribute(json, "error.message", span.Error);
            }

            json.WriteEndArray();
            if (span.Error.Length > 0)
            {
                json.WriteStartObject("status");
                json.WriteNumber("code", Failed);
                json.WriteString("message", span.Error);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
    }

    private static void Begin(Utf8JsonWriter json, string trace, string id, string? parent, string name, DateTimeOffset started, DateTimeOffset completed)
    {
        json.WriteStartObject();
        json.WriteString("traceId", trace);
        json.WriteString("spanId", id);
        if (parent is not null)
        {
            json.WriteString("parentSpanId", parent);
        }

        json.WriteString("name", name);
        json.WriteNumber("kind", Internal);
        json.WriteString("startTimeUnixNano", Nanoseconds(started));
        json.WriteString("endTimeUnixNano", Nanoseconds(completed));
    }

    private static void Attribute(Utf8JsonWriter json, string key, string value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartObject("value");
        json.WriteString("stringValue", value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Attribute(Utf8JsonWriter json, string key, bool value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartObject("value");
        json.WriteBoolean("boolValue", value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Id(int bytes) => RandomNumberGenerator.GetHexString(bytes * 2, lowercase: true);

    private static string Nanoseconds(DateTimeOffset time) => ((Int128)(time - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
}
