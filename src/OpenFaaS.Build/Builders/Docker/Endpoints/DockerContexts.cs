using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Builders.Docker.Endpoints;

/// <summary>Reads the contexts that <c>docker context</c> keeps: <c>contexts/meta/SHA256-OF-THE-NAME/meta.json</c>, and TLS files in <c>contexts/tls</c>.</summary>
internal static partial class DockerContexts
{
    private const string Default = "default";
    private const int LargestFile = 1 << 20;

    /// <summary>The folder of docker's configuration; null where there is no home.</summary>
    public static string? Folder(Func<string, string?> environment) =>
        environment("DOCKER_CONFIG") is { Length: > 0 } folder ? folder
        : (environment("HOME") ?? environment("USERPROFILE")) is { Length: > 0 } home ? Path.Combine(home, ".docker")
        : null;

    /// <summary>The engine of the current context; null for the default one, which is no more than the usual places.</summary>
    /// <exception cref="DiagnosticException">There is a current context, and it cannot be read.</exception>
    public static async Task<DockerEndpoint?> CurrentAsync(Func<string, string?> environment, CancellationToken cancellationToken)
    {
        if (Folder(environment) is not { } folder)
        {
            return null;
        }

        var name = environment("DOCKER_CONTEXT") is { Length: > 0 } named ? named : await ConfiguredAsync(Path.Combine(folder, "config.json"), cancellationToken);
        return name is null or Default ? null : await ReadAsync(folder, name, cancellationToken);
    }

    private static async Task<string?> ConfiguredAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var root = await ParseAsync(path, "of " + path, cancellationToken);
        return Text(root, "currentContext") is { Length: > 0 } name ? name : null;
    }

    private static async Task<DockerEndpoint> ReadAsync(string folder, string name, CancellationToken cancellationToken)
    {
        // The name reaches messages; docker itself accepts no other.
        if (name.Length > 200 || !Name().IsMatch(name))
        {
            throw Unusable(name, "that is no name of a context");
        }

        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        var file = Path.Combine(folder, "contexts", "meta", id, "meta.json");
        var root = File.Exists(file) ? await ParseAsync(file, name, cancellationToken) : throw Unusable(name, $"there is no '{file}'");
        var engine = Member(Member(root, "Endpoints"), "docker");
        var host = Text(root, "Name") != name ? throw Unusable(name, $"'{file}' is of another context")
            : Text(engine, "Host") is { Length: > 0 } text ? text
            : throw Unusable(name, $"'{file}' names no engine");
        var endpoint = new DockerEndpoint(host, $"the docker context '{name}'").WithFilesIn(Path.Combine(folder, "contexts", "tls", id, "docker"));
        var isSecure = (endpoint.CaFile ?? endpoint.CertFile) is not null || (engine?.TryGetProperty("SkipTLSVerify", out var skip) == true && skip.ValueKind == JsonValueKind.True);
        return endpoint with { Text = DockerEndpoints.WithPort(host, isSecure) };
    }

    private static async Task<JsonElement> ParseAsync(string path, string name, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await BoundedFile.ReadAsync(path, LargestFile, cancellationToken);
            ReadOnlyMemory<byte> json = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsMemory(Encoding.UTF8.Preamble.Length) : bytes;
            using var document = JsonDocument.Parse(json.Span.Trim(" \t\r\n"u8).IsEmpty ? "{}"u8.ToArray() : json, new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw Unusable(name, $"'{path}' is no JSON object");
        }
        catch (JsonException e)
        {
            // The parser's message may quote the content.
            throw Unusable(name, $"line {e.LineNumber + 1} of '{path}' is no valid JSON");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(name, $"'{path}': {e.Message.TrimEnd('.')}");
        }
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string Text(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static DiagnosticException Unusable(string name, string problem) => DockerBuildDiagnostics.ContextUnusable.With(SafeText.Neutralize(name), problem).ToException();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.+-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
