using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenFaaS.Build.Integration.Tests.Differential;

/// <summary>What of an image counts: its file tree and what a runtime reads from its configuration. Read with .NET's own tar reader, not the product's.</summary>
/// <param name="Files">One line a path: kind, mode, owner, link target, device, content, capability, and the first of its hard links.</param>
/// <param name="Config">One line a setting.</param>
public sealed record ImageSnapshot(IReadOnlyList<string> Files, IReadOnlyList<string> Config)
{
    private static readonly string[] Settings =
        ["User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal", "Healthcheck", "Shell"];

    /// <summary>Reads what <c>docker save</c> writes, and our own archives.</summary>
    public static ImageSnapshot ReadArchive(string path)
    {
        var folder = Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".d");
        Directory.CreateDirectory(folder);
        TarFile.ExtractToDirectory(path, folder, overwriteFiles: true);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")))![0]!;
        return Read(folder, manifest["Config"]!.ToString(), manifest["Layers"]!.AsArray().Select(layer => layer!.ToString()));
    }

    /// <summary>Reads what skopeo writes as <c>dir:</c>: a manifest, and blobs named by their digests.</summary>
    public static ImageSnapshot ReadFolder(string folder)
    {
        static string Blob(JsonNode descriptor) => descriptor["digest"]!.ToString()["sha256:".Length..];
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")))!;
        return Read(folder, Blob(manifest["config"]!), manifest["layers"]!.AsArray().Select(layer => Blob(layer!)));
    }

    private static ImageSnapshot Read(string folder, string configuration, IEnumerable<string> layers)
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, configuration)))!["config"] as JsonObject ?? [];
        var files = new SortedDictionary<string, Node>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            Apply(Path.Combine(folder, layer), files);
        }

        return new ImageSnapshot([.. files.Select(file => $"{file.Key} {file.Value.Text}{Names(file.Value, files)}")], [.. Settings.Select(name => $"{name}: {Normal(config[name])}")]);
    }

    private static void Apply(string layer, SortedDictionary<string, Node> files)
    {
        using var blob = File.OpenRead(layer);
        var isGzip = blob.ReadByte() == 0x1F;
        blob.Position = 0;
        using Stream plain = isGzip ? new GZipStream(blob, CompressionMode.Decompress) : blob;
        using var reader = new TarReader(plain);
        while (reader.GetNextEntry() is { } entry)
        {
            var path = entry.Name.Trim('/');
            path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
            var name = path[(path.LastIndexOf('/') + 1)..];
            if (path is "" or ".")
            {
                continue;
            }

            if (name.StartsWith(".wh.", StringComparison.Ordinal))
            {
                var hidden = name == ".wh..wh..opq" ? path[..^name.Length] : path[..^name.Length] + name[4..];
                Remove(files, hidden, self: name != ".wh..wh..opq");
                continue;
            }

            if (entry.EntryType != TarEntryType.Directory)
            {
                Remove(files, path, self: true);
            }

            files[path] = Describe(entry, files);
        }
    }

    private static void Remove(SortedDictionary<string, Node> files, string path, bool self)
    {
        var folder = path.TrimEnd('/') + "/";
        foreach (var below in files.Keys.Where(key => key.StartsWith(folder, StringComparison.Ordinal)).ToList())
        {
            files.Remove(below);
        }

        if (self)
        {
            files.Remove(path);
        }
    }

    private static Node Describe(TarEntry entry, SortedDictionary<string, Node> files)
    {
        var owner = $"{Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid}";
        var capability = entry is PaxTarEntry pax && pax.ExtendedAttributes.TryGetValue("SCHILY.xattr.security.capability", out var value)
            ? " " + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value))
            : "";
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                return new Node($"folder {owner}");
            case TarEntryType.SymbolicLink:
                return new Node($"link {entry.Uid}:{entry.Gid} -> {entry.LinkName}");
            case TarEntryType.HardLink:
                return files[entry.LinkName.Trim('/')];
            case TarEntryType.Fifo:
                return new Node($"fifo {owner}");
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice:
                var device = (PosixTarEntry)entry;
                return new Node($"{entry.EntryType} {owner} {device.DeviceMajor}:{device.DeviceMinor}");
            default:
                using (var content = entry.DataStream ?? Stream.Null)
                {
                    return new Node($"file {owner} {Convert.ToHexStringLower(SHA256.HashData(content))[..12]}{capability}");
                }
        }
    }

    // What is one file by several names has one node.
    private static string Names(Node node, SortedDictionary<string, Node> files)
    {
        var names = files.Where(file => ReferenceEquals(file.Value, node)).Select(file => file.Key).ToList();
        return names.Count > 1 ? $" = {names[0]}" : "";
    }

    // Absent, null and empty mean the same to every runtime.
    private static string Normal(JsonNode? node) => node switch
    {
        null => "",
        JsonObject { Count: 0 } or JsonArray { Count: 0 } => "",
        JsonObject map => Sorted(map),
        JsonArray list => string.Join(" | ", list.Select(item => item?.ToString())),
        _ => node.ToString(),
    };

    private static string Sorted(JsonObject map)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(key).Append('=').Append(value is JsonArray or JsonObject ? value.ToJsonString(JsonSerializerOptions.Default) : value?.ToString()).Append("; ");
        }

        return text.ToString();
    }

    private sealed class Node(string text)
    {
        public string Text => text;
    }
}
