using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Registry.Authentication;

/// <summary>The part of docker's <c>config.json</c> and of podman's <c>auth.json</c> that names credentials.</summary>
internal sealed class DockerConfigFile
{
    private static readonly string[] DockerHubKeys = ["docker.io", "index.docker.io", "index.docker.io/v1", "registry-1.docker.io"];

    private readonly string source;
    private readonly JsonElement root;

    private DockerConfigFile(string source, JsonElement root)
    {
        this.source = source;
        this.root = root;
    }

    /// <summary>Parses a configuration.</summary>
    /// <param name="json">The content; a byte order mark is allowed, nothing at all counts as <c>{}</c>.</param>
    /// <param name="source">How messages name it.</param>
    /// <exception cref="DiagnosticException">The content is malformed; the message does not repeat it.</exception>
    public static DockerConfigFile Parse(ReadOnlyMemory<byte> json, string source)
    {
        json = json.Span.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        try
        {
            var text = json.Span.Trim(" \t\r\n"u8).IsEmpty ? "{}"u8.ToArray() : json;
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new DockerConfigFile(source, document.RootElement.Clone())
                : throw Malformed(source, "it is no JSON object");
        }
        catch (JsonException e)
        {
            // The parser's message may quote the content.
            throw Malformed(source, $"line {e.LineNumber + 1} is no valid JSON");
        }
    }

    /// <summary>The helper that keeps this registry's credentials, and whether it was named for this registry alone.</summary>
    public (string Name, bool Exclusive)? Helper(string registry)
    {
        if (Member(root, "credHelpers") is { } helpers && Keys(registry).Select(key => Text(helpers, key)).FirstOrDefault(name => name.Length > 0) is { } own)
        {
            return (own, true);
        }

        return Text(root, "credsStore") is { Length: > 0 } store ? (store, false) : null;
    }

    /// <summary>The credentials in the file itself: the entry for the longest prefix of the repository, then for the host.</summary>
    public RegistryCredential? Find(string registry, string repository)
    {
        if (Member(root, "auths") is not { } auths)
        {
            return null;
        }

        var entries = auths.EnumerateObject()
            .Where(entry => entry.Value.ValueKind == JsonValueKind.Object)
            .GroupBy(entry => Normalize(entry.Name), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        return Prefixes(registry, repository).Concat(Keys(registry))
            .SelectMany(key => entries.GetValueOrDefault(key, []))
            .Select(entry => Credential(entry.Value))
            .FirstOrDefault(credential => credential is not null);
    }

    private static IEnumerable<string> Prefixes(string registry, string repository)
    {
        for (var end = repository.Length; end > 0; end = repository.LastIndexOf('/', end - 1))
        {
            yield return $"{registry}/{repository[..end]}";
        }
    }

    private static IEnumerable<string> Keys(string registry) =>
        registry == ImageReference.DockerHub ? [.. DockerHubKeys, "https://index.docker.io/v1/"] : [registry, "https://" + registry, $"https://{registry}/v1/", $"https://{registry}/v2/"];

    // Keys with a scheme are addresses, of which docker compares the host; keys without are names, of which containers compares the path too.
    private static string Normalize(string key)
    {
        var separator = key.IndexOf("://", StringComparison.Ordinal);
        if (separator >= 0)
        {
            var rest = key[(separator + 3)..];
            return rest.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? rest[..slash] : rest;
        }

        var name = key.TrimEnd('/');
        return name.EndsWith("/v1", StringComparison.Ordinal) || name.EndsWith("/v2", StringComparison.Ordinal) ? name[..^3] : name;
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private static DiagnosticException Malformed(string source, string reason) => RegistryDiagnostics.MalformedCredentials.With(source, reason).ToException();

    private RegistryCredential? Credential(JsonElement entry)
    {
        if (Text(entry, "identitytoken") is { Length: > 0 } identity)
        {
            return new RegistryCredential("", "", identity, source);
        }

        if (Text(entry, "auth") is { Length: > 0 } encoded)
        {
            return Decode(encoded);
        }

        return Text(entry, "username") is { Length: > 0 } username ? RegistryCredential.From(username, Text(entry, "password"), source) : null;
    }

    private RegistryCredential Decode(string encoded)
    {
        try
        {
            var compact = string.Concat(encoded.Where(character => !char.IsWhiteSpace(character))).TrimEnd('=');
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(compact.PadRight((compact.Length + 3) / 4 * 4, '=')));
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon > 0
                ? RegistryCredential.From(text[..colon], text[(colon + 1)..].TrimEnd('\0'), source)
                : throw Malformed(source, "an 'auth' entry holds no user name");
        }
        catch (FormatException)
        {
            throw Malformed(source, "an 'auth' entry is no base64");
        }
    }
}
