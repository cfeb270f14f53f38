using System.Text.Json;
using System.Text.RegularExpressions;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Engines;

/// <summary>The JSON lines that an engine sends while it pushes. Only an explicit digest at the end is success: the status 200 comes first.</summary>
internal sealed partial class PushProgress
{
    private const int MaximumLine = 64 * 1024;
    private const int MaximumLines = 1_000_000;
    private Digest? digest;

    /// <summary>Reads to the end.</summary>
    /// <param name="body">The answer's body.</param>
    /// <param name="tag">The tag that was pushed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Digest of the manifest that the registry now has under the tag.</returns>
    /// <exception cref="EngineFailedException">The engine reports an error, or its answer ends without a digest.</exception>
    public static async Task<Digest> ReadAsync(Stream body, string tag, CancellationToken cancellationToken)
    {
        var progress = new PushProgress();
        using var reader = new BoundedLines(body, MaximumLine);
        for (var count = 0; await reader.ReadAsync(cancellationToken) is { } line; count++)
        {
            if (count == MaximumLines)
            {
                throw new EngineFailedException("its answer has more than a million lines");
            }

            progress.Take(line, tag);
        }

        return progress.digest ?? throw new EngineFailedException("its answer ended without the digest of what was pushed");
    }

    private void Take(ReadOnlyMemory<byte> line, string tag)
    {
        if (line.IsEmpty)
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 16 });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                Take(document.RootElement, tag);
            }
        }
        catch (JsonException e)
        {
            throw new EngineFailedException("its answer is cut off or is no JSON", e);
        }
    }

    private void Take(JsonElement item, string tag)
    {
        if (item.TryGetProperty("errorDetail", out var detail) && detail.ValueKind == JsonValueKind.Object
            && detail.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
        {
            throw new EngineFailedException(SafeText.Neutralize(message.GetString()!).TrimEnd('.'));
        }

        if (item.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String)
        {
            throw new EngineFailedException(SafeText.Neutralize(error.GetString()!).TrimEnd('.'));
        }

        // The classic store says it as data, the containerd store only as text.
        if (item.TryGetProperty("aux", out var aux) && aux.ValueKind == JsonValueKind.Object && aux.TryGetProperty("Digest", out var value)
            && value.ValueKind == JsonValueKind.String && Digest.TryParse(value.GetString(), out var parsed))
        {
            digest = parsed;
        }
        else if (item.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String && Status().Match(status.GetString()!) is { Success: true } match
            && match.Groups[1].Value == tag && Digest.TryParse(match.Groups[2].Value, out parsed))
        {
            digest = parsed;
        }
    }

    [GeneratedRegex(@"\A([A-Za-z0-9_.-]+): digest: (sha256:[0-9a-f]{64}) size: [0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Status();
}
