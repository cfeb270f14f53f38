using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpenFaaS.Build.Templates.Locking;

/// <summary>Writes the lock file so that its differences are easy to read: sorted, one value a line, no value that is null.</summary>
internal static class LockWriter
{
    private static readonly JsonWriterOptions Format = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(LockFile file, int version)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Format))
        {
            json.WriteStartObject();
            json.WriteNumber("version", version);
            json.WriteStartObject("templates");
            foreach (var (name, template) in file.Templates)
            {
                Write(json, name, template);
            }

            json.WriteEndObject();
            json.WriteStartObject("images");
            foreach (var (reference, digest) in file.Images)
            {
                json.WriteString(reference, digest.ToString());
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, LockedTemplate template)
    {
        json.WriteStartObject(name);
        json.WriteString("source", template.Source);
        foreach (var (key, value) in new[] { ("ref", template.Ref), ("commit", template.Commit) })
        {
            if (value is not null)
            {
                json.WriteString(key, value);
            }
        }

        json.WriteString("tree", template.Tree.ToString());
        json.WriteEndObject();
    }
}
