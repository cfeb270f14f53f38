using System.Text.RegularExpressions;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.Solving.Progress;

/// <summary>
/// The images that a build is made from, read from the names of its steps: <c>[build 1/2] FROM docker.io/library/busybox:1@sha256:…</c>, and
/// <c>[context busybox:1] docker.io/library/busybox:1@sha256:…</c> where a named context stands for it.
/// </summary>
internal sealed partial class BaseImages
{
    private const int Most = 1000;

    private readonly Dictionary<string, string> digests = new(StringComparer.Ordinal);

    /// <summary>Digest by full reference without it.</summary>
    public IReadOnlyDictionary<string, string> Digests => digests;

    /// <summary>Takes up a step's name; names of other forms say nothing of bases.</summary>
    public void Take(string name)
    {
        if (digests.Count < Most
            && From().Match(name) is { Success: true } match
            && ImageReference.TryParse(match.Groups["reference"].Value, out var reference)
            && reference.Digest is { } digest)
        {
            // One reference has one digest in a build; a second one would be another moment's, and the first is what was resolved.
            digests.TryAdd((reference with { Digest = null }).ToString(), digest.ToString());
        }
    }

    [GeneratedRegex(
        @"\A(?:(?:\[(?:[^\]]* )?[0-9]+/[0-9]+\] )?FROM |\[context [^\]]+\] (?:docker-image://)?)(?<reference>[^\s@]+@sha256:[0-9a-f]{64})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex From();
}
