using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>The <c>index.json</c> of a layout: which manifests have which tags.</summary>
/// <param name="folder">Full path of the layout.</param>
internal sealed class LayoutIndex(string folder)
{
    private const string Tag = "org.opencontainers.image.ref.name";
    private const int LockAttempts = 600;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly string path = Path.Combine(folder, "index.json");

    /// <summary>The manifest with a tag; without a tag that is given, the one of <c>latest</c> or else the only one. Null where there is none.</summary>
    /// <exception cref="InvalidDataException">The index is missing or malformed; the message is the end of a sentence.</exception>
    public async Task<Digest?> FindAsync(string? tag, CancellationToken cancellationToken)
    {
        var entries = Parse(await ReadAsync(cancellationToken) ?? throw new InvalidDataException("it has no index.json"));
        var wanted = tag ?? "latest";
        return entries.FirstOrDefault(entry => entry.Annotations?.GetValueOrDefault(Tag) == wanted)?.Digest
            ?? (tag is null && entries.Count == 1 ? entries[0].Digest : null);
    }

    /// <summary>Gives a manifest a tag, which the one that had it loses; everything else in the index stays, unless it is to be alone.</summary>
    /// <exception cref="InvalidDataException">The index is malformed, or another process holds it; the message is the end of a sentence.</exception>
    /// <exception cref="Diagnostics.DiagnosticException">The index cannot be written.</exception>
    public async Task PutAsync(Descriptor manifest, string tag, TimeProvider time, CancellationToken cancellationToken, bool isAlone = false)
    {
        using var held = await LayoutLock.AcquireAsync(path + ".lock", LockAttempts, time, cancellationToken)
            ?? throw new InvalidDataException("another process holds its index.json");
        var json = await ReadAsync(cancellationToken);
        if (json is not null)
        {
            Parse(json);
        }

        var index = json is null ? new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.OciIndex } : JsonNode.Parse(json, documentOptions: Strict)!.AsObject();
        var kept = index["manifests"]?.AsArray().Where(entry => !isAlone && !HasTag(entry, tag)).Select(entry => entry?.DeepClone()) ?? [];
        index["manifests"] = new JsonArray(
        [
            .. kept,
            new JsonObject
            {
                ["mediaType"] = manifest.MediaType,
                ["digest"] = manifest.Digest.ToString(),
                ["size"] = manifest.Size,
                ["annotations"] = new JsonObject { [Tag] = tag },
            },
        ]);
        var layout = Path.Combine(folder, "oci-layout");
        if (FileStatus.Of(layout) is null)
        {
            await AtomicFile.WriteAsync(layout, """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray(), cancellationToken);
        }

        await AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(index.ToJsonString()), cancellationToken);
    }

    private static bool HasTag(JsonNode? entry, string tag) => entry?["annotations"]?[Tag]?.GetValue<string>() == tag;

    private static IReadOnlyList<Descriptor> Parse(byte[] json)
    {
        try
        {
            return OciJson.ReadIndex(json).Manifests is { } entries && entries.All(entry => entry is not null)
                ? entries
                : throw new InvalidDataException("its index.json is malformed");
        }
        catch (JsonException)
        {
            throw new InvalidDataException("its index.json is malformed");
        }
    }

    private async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return FileStatus.Of(path) switch
            {
                null => null,
                { Type: FileType.File } => await BoundedFile.ReadAsync(path, ContentLimits.Document, cancellationToken),
                _ => throw new InvalidDataException("its index.json is no file"),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException("its index.json cannot be read: " + e.Message.TrimEnd('.'));
        }
    }
}
