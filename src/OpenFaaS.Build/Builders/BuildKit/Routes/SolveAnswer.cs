using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>Reads an exporter's answer.</summary>
internal static class SolveAnswer
{
    private const string DigestKey = "containerimage.digest";

    /// <summary>The digest of the image: of its manifest or index, or its id in a classic store.</summary>
    /// <exception cref="DiagnosticException">There is none.</exception>
    public static Digest Digest(SolveResult result, string address) =>
        result.Response.TryGetValue(DigestKey, out var text) && Oci.Digest.TryParse(text, out var digest)
            ? digest
            : throw BuildKitBuildDiagnostics.NoDigest.With(address, DigestKey).ToException();
}
