using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>The base images as the daemon took them.</summary>
internal static class ResolvedBases
{
    /// <summary>Digests by reference.</summary>
    /// <exception cref="DiagnosticException">A pinned image is another one.</exception>
    public static IReadOnlyDictionary<string, Digest> Of(SolveResult result, Func<ImageReference, Digest?> pin, string address)
    {
        var bases = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var (name, text) in result.Bases)
        {
            if (!ImageReference.TryParse(name, out var reference) || !Digest.TryParse(text, out var digest))
            {
                continue;
            }

            if (reference.Digest is null && pin(reference) is { } pinned && pinned != digest)
            {
                throw BuildKitBuildDiagnostics.PinNotHonoured.With(name, pinned, address, digest).ToException();
            }

            bases[name] = digest;
        }

        return bases;
    }
}
