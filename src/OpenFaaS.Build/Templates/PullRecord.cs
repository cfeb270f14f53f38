using System.Text.Json;
using System.Text.Json.Serialization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Templates.Locking;

namespace OpenFaaS.Build.Templates;

/// <summary><c>meta.json</c> in a pulled template's folder: the members that faas-cli writes, without a time, and the digest of the files.</summary>
/// <param name="Repository">Where it came from, without credentials.</param>
/// <param name="RefName">Branch, tag or commit that was asked for.</param>
/// <param name="Sha">The commit.</param>
/// <param name="Tree">Digest over the template's files as pulled; null in a record of faas-cli.</param>
internal sealed record PullRecord(
    [property: JsonPropertyName("repository")] string? Repository,
    [property: JsonPropertyName("ref_name")] string? RefName,
    [property: JsonPropertyName("sha")] string? Sha,
    [property: JsonPropertyName("tree")] string? Tree)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "meta.json";

    private const int MostBytes = 64 * 1024;

    /// <summary>The record of a locked template.</summary>
    public static PullRecord Of(LockedTemplate template) => new(template.Source, template.Ref, template.Commit, template.Tree.ToString());

    /// <summary>Reads the record in a template's folder; null where there is none that can be read.</summary>
    public static async Task<PullRecord?> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(
                await BoundedFile.ReadAsync(System.IO.Path.Combine(folder, FileName), MostBytes, cancellationToken), PullRecordJson.Default.PullRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or DiagnosticException)
        {
            return null;
        }
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, PullRecordJson.Default.PullRecord);
}

[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NewLine = "\n")]
[JsonSerializable(typeof(PullRecord))]
internal sealed partial class PullRecordJson : JsonSerializerContext;
