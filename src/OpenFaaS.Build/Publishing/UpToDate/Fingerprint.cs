using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Publishing.UpToDate;

/// <summary>A digest over everything that decides what an image is: equal fingerprints give equal images while the bases stay where they are.</summary>
internal static class Fingerprint
{
    // They say what to do now, not what the image is.
    private static readonly string[] HowNotWhat =
        ["FunctionForce", "FunctionParallelism", "FunctionPullTemplates", "FunctionLockedMode", "FunctionTemplateCache", "NuGetPackageRoot",
            "ContainerProgress", "ContainerTrace"];

    public static async Task<string> ComputeAsync(BuildRequest request, ImageBuild build, CancellationToken cancellationToken)
    {
        var text = new StringBuilder()
            .Append("v1\n")

            // Another build of this SDK may build otherwise, and another runtime compresses otherwise.
            .Append(typeof(Fingerprint).Module.ModuleVersionId).Append('\n')
            .Append(Environment.Version).Append('\n')
            .Append(await FileSetFingerprint.ComputeAsync(build.Context, cancellationToken)).Append('\n')
            .Append(build.Dockerfile.Length).Append('\n').Append(build.Dockerfile).Append('\n')
            .AppendJoin(' ', build.Function.Destination.Names).Append('\n')
            .Append(build.Function.Image.Epoch).Append('\n');
        foreach (var (name, value) in build.Arguments.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append('=').Append(value.Length).Append(':').Append(value).Append('\n');
        }

        var settings = request with
        {
            Properties = request.Properties.Where(pair => !HowNotWhat.Contains(pair.Key, StringComparer.Ordinal)).ToDictionary(pair => pair.Key, pair => pair.Value),
        };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text.ToString()));
        hash.AppendData(ProtocolJson.Write(settings));
        return Digest.FromHash(hash.GetHashAndReset()).ToString();
    }
}
