using System.Formats.Tar;
using System.Text.Json;
using NaCl;
using YamlDotNet.RepresentationModel;

namespace OpenFaaS.Build.Integration.Tests.Builders.FunctionBuilder;

/// <summary>What a request to the stand-in of the Function Builder API holds, unpacked; anything but the documented layout is refused.</summary>
internal sealed class UploadedContext
{
    private const string Config = "com.openfaas.docker.config";
    private const string Sealed = "com.openfaas.secrets";
    private const int NonceLength = 24, TagLength = 16;
    private static readonly string[] Fields = ["image", "buildArgs", "platforms", "skipPush"];

    /// <summary>The build context.</summary>
    public required string Folder { get; init; }

    public required JsonElement Order { get; init; }

    /// <summary>Values by name.</summary>
    public required IReadOnlyDictionary<string, byte[]> Secrets { get; init; }

    public string Image => Order.GetProperty("image").GetString()!;

    public IEnumerable<string> Platforms => Order.GetProperty("platforms").EnumerateArray().Select(platform => platform.GetString()!);

    public IEnumerable<KeyValuePair<string, string>> Arguments => Order.TryGetProperty("buildArgs", out var arguments)
        ? arguments.EnumerateObject().Select(argument => new KeyValuePair<string, string>(argument.Name, argument.Value.GetString()!))
        : [];

    /// <summary>Unpacks a request.</summary>
    /// <exception cref="InvalidDataException">It is not of the layout, leaves its root, or its secrets are not for this key.</exception>
    public static UploadedContext Unpack(string archive, string folder, byte[] privateKey)
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
        using var file = File.OpenRead(archive);
        using var tar = new TarReader(file);
        while (tar.GetNextEntry() is { } entry)
        {
            Extract(entry, root);
        }

        if (!File.Exists(Path.Combine(root, "context", "Dockerfile")) || !File.Exists(Path.Combine(root, Config)))
        {
            throw new InvalidDataException("there is no context/Dockerfile, or no " + Config);
        }

        var order = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, Config))).RootElement;
        if (order.EnumerateObject().Select(field => field.Name).FirstOrDefault(field => !Fields.Contains(field)) is { } unknown)
        {
            throw new InvalidDataException($"the order has an unknown field '{unknown}'");
        }

        var secrets = Path.Combine(root, Sealed);
        return new UploadedContext { Folder = Path.Combine(root, "context"), Order = order, Secrets = File.Exists(secrets) ? Open(File.ReadAllText(secrets), privateKey) : new Dictionary<string, byte[]>() };
    }

    private static void Extract(TarEntry entry, string root)
    {
        var parts = entry.Name.TrimEnd('/').Split('/');
        var isContext = parts[0] == "context";
        if (parts.Any(part => part is "" or "." or "..") || (!isContext && (parts.Length > 1 || parts[0] is not (Config or Sealed))))
        {
            throw new InvalidDataException($"the archive holds '{entry.Name}'");
        }

        var path = Path.Combine([root, .. parts]);
        for (var parent = Path.GetDirectoryName(path)!; parent.Length > root.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (new FileInfo(parent).LinkTarget is not null)
            {
                throw new InvalidDataException($"'{entry.Name}' lies behind a link");
            }
        }

        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(path);
                break;
            case TarEntryType.RegularFile:
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                entry.ExtractToFile(path, overwrite: false);
                break;
            case TarEntryType.SymbolicLink:
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.CreateSymbolicLink(path, entry.LinkName);
                break;
            default:
                throw new InvalidDataException($"'{entry.Name}' is a {entry.EntryType}");
        }
    }

    private static Dictionary<string, byte[]> Open(string text, byte[] privateKey)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var yaml = stream.Documents[0].RootNode;
        if (yaml["version"].ToString() != "v1" || yaml["algorithm"].ToString() != "nacl/box" || yaml["key_id"].ToString().Length != 8)
        {
            throw new InvalidDataException("the secrets are of another version or algorithm");
        }

        using var box = new Curve25519XSalsa20Poly1305(privateKey, Convert.FromBase64String(yaml["public_key"].ToString()));
        var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (name, node) in (YamlMappingNode)yaml["secrets"])
        {
            var bytes = Convert.FromBase64String(node.ToString());
            var value = new byte[bytes.Length - NonceLength - TagLength];
            values[name.ToString()] = box.TryDecrypt(value, bytes.AsSpan(NonceLength), bytes.AsSpan(0, NonceLength))
                ? value
                : throw new InvalidDataException($"the secret '{name}' is not sealed for this builder");
        }

        return values;
    }
}
