using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Engines.Containerd;

/// <summary><c>ctr</c>, which every containerd brings.</summary>
internal sealed class CtrTool : IContainerdTool
{
    public string Name => "ctr";

    public IReadOnlyList<string> Ping => ["version"];

    public IReadOnlyList<string> Load => ["images", "import", "--all-platforms", "-"];

    public IReadOnlyList<string> Remove(string name) => ["images", "rm", name];

    public IReadOnlyList<string> Find(string name) => ["images", "ls", "name==" + name];

    // A table: reference, media type, digest and more, with a line of titles.
    public string? DigestIn(string answer, string name)
    {
        var row = answer.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(words => words.Length > 0 && words[0] == name);
        return row is null ? null
            : row.Length > 2 && Digest.TryParse(row[2], out var digest) ? digest.ToString()
            : throw new EngineFailedException($"ctr tells no digest of '{name}'");
    }
}
