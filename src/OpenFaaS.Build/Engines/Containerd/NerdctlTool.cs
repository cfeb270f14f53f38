using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines.Containerd;

/// <summary><c>nerdctl</c>, which the user has installed.</summary>
internal sealed class NerdctlTool : IContainerdTool
{
    public string Name => "nerdctl";

    public IReadOnlyList<string> Ping => ["namespace", "ls", "--quiet"];

    public IReadOnlyList<string> Load => ["load", "--all-platforms"];

    public IReadOnlyList<string> Remove(string name) => ["rmi", name];

    // Not `inspect`, whose failure for a name that is not there looks like every other.
    public IReadOnlyList<string> Find(string name) => ["images", "--quiet", "--no-trunc", name];

    // One line a platform, each with the digest of the whole image.
    public string? DigestIn(string answer, string name)
    {
        var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToList();
        return lines.Count == 0 ? null
            : lines is [var only] && Digest.TryParse(only, out var digest) ? digest.ToString()
            : throw new EngineFailedException($"nerdctl tells no digest of '{name}'");
    }
}
