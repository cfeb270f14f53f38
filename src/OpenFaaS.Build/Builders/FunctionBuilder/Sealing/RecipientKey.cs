using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Sealing;

/// <summary>The public key that a builder's secrets are sealed with; always one that the user has named.</summary>
/// <param name="Bytes">The key.</param>
internal sealed record RecipientKey(byte[] Bytes)
{
    private const string Property = "OpenFaaSBuilderPublicKey";
    private const string Variable = "OPENFAAS_BUILDER_PUBLIC_KEY";
    private const string Algorithm = "nacl/box";
    private const int Longest = 64 * 1024;

    /// <summary>As the sealed file names it.</summary>
    public string Id => Convert.ToBase64String(Bytes)[..8];

    /// <summary>The pinned key: given as it is, or by the path of a file.</summary>
    /// <exception cref="DiagnosticException">None is pinned, or it is no key.</exception>
    public static async Task<RecipientKey> ReadAsync(FunctionModel function, BuilderEndpoint endpoint, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var (text, source) = function.Builder.Engine.RemoteBuilder.PublicKey is { } own ? (own, Property) : (environment(Variable)?.Trim(), Variable);
        if (string.IsNullOrEmpty(text))
        {
            throw RemoteBuilderDiagnostics.PublicKeyMissing.With(endpoint.Text).ToException();
        }

        if (text.StartsWith('{') || Decode(text) is not null)
        {
            return Parse(text, source);
        }

        var path = Path.GetFullPath(text, function.BaseFolder);
        return Parse(await ReadFileAsync(path, source, cancellationToken), $"'{path}'");
    }

    /// <summary>The key of a text: base64, or the JSON that the builder gives out.</summary>
    /// <exception cref="DiagnosticException">It is none of both.</exception>
    internal static RecipientKey Parse(string text, string source)
    {
        text = text.Trim();
        return new RecipientKey(Decode(text.StartsWith('{') ? KeyOf(text, source) : text) ?? throw Unusable(source, "holds no key of 32 bytes in base64"));
    }

    private static async Task<string> ReadFileAsync(string path, string source, CancellationToken cancellationToken)
    {
        try
        {
            return Encoding.UTF8.GetString(await BoundedFile.ReadAsync(path, Longest, cancellationToken));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unusable(source, $"is neither a key nor the path of a file: there is no '{path}'", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"'{path}'", "cannot be read: " + e.Message.TrimEnd('.'), e);
        }
    }

    private static string KeyOf(string json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            var algorithm = Text(document.RootElement, "algorithm");
            return algorithm is null or "" or Algorithm
                ? Text(document.RootElement, "public_key") ?? throw Unusable(source, "has no public_key")
                : throw Unusable(source, $"is for another algorithm than {Algorithm}");
        }
        catch (JsonException e)
        {
            throw Unusable(source, "is no JSON", e);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[NaClBox.KeyLength];
        return text.Length < 64 && Convert.TryFromBase64String(text, bytes, out var length) && length == bytes.Length ? bytes : null;
    }

    private static DiagnosticException Unusable(string source, string problem, Exception? inner = null) =>
        RemoteBuilderDiagnostics.PublicKeyUnusable.With(source, problem).ToException(inner);
}
