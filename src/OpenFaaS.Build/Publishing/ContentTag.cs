using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Publishing;

/// <summary>
/// The tag of <c>ContainerTagFormat=digest</c>: SHA-256 over everything that makes an image. Where it goes, by which names and engine's address,
/// and where things are on this machine do not count. Safe for concurrent use.
/// </summary>
/// <param name="registries">Where base images are; each is asked for once, by HEAD.</param>
/// <param name="pin">The digest that a base image is pinned to; null for one that is not.</param>
internal sealed class ContentTag(RegistryConnections registries, Func<ImageReference, Digest?>? pin = null)
{
    private readonly ConcurrentDictionary<ImageReference, Lazy<Task<Digest>>> heads = new();

    /// <summary>64 lower-case hex digits.</summary>
    /// <param name="build">What is built.</param>
    /// <param name="sdkVersion">Version of the SDK package: another one may build otherwise.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">A file cannot be read, the Dockerfile is wrong, or a base image or a named context is not there.</exception>
    public async Task<string> ComputeAsync(ImageBuild build, string sdkVersion, CancellationToken cancellationToken)
    {
        var fields = new FieldHash();
        fields.Add("format", "1");
        fields.Add("sdk", sdkVersion);

        // Compressed layers differ between runtimes, and a tag names one image.
        fields.Add("runtime", Environment.Version.ToString());
        fields.Add("context", (await FileSetFingerprint.ComputeAsync(build.Context, cancellationToken)).ToString());
        fields.Add("dockerfile", build.Dockerfile);
        fields.Add("target", build.Function.Builder.Target);
        fields.Add("builder", build.Function.Builder.Name);
        fields.Add("argument", build.Arguments.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Add(fields, build.Function.Image);
        Add(fields, build.Function.Builder.Steps);
        fields.Add("named", await NamedContextTag.ComputeAsync(build, (image, at) => HeadAsync(image, at, cancellationToken), cancellationToken));
        foreach (var (image, digest) in await BasesAsync(build, cancellationToken))
        {
            fields.Add("base", image);
            fields.Add("digest", digest.ToString());
        }

        return fields.Finish();
    }

    private static void Add(FieldHash fields, ImageModel image)
    {
        fields.Add("from", image.BaseImage?.ToString());
        fields.Add("media", image.Format.ToString());
        fields.Add("compression", image.Compression.Algorithm);
        fields.Add("level", image.Compression.Level?.ToString(CultureInfo.InvariantCulture));
        fields.Add("platform", image.Platforms.Select(platform => platform.ToString()));
        fields.Add("label", image.Labels.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        fields.Add("annotation", image.Annotations.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        fields.Add("variable", image.Environment);
        fields.Add("port", image.Ports);
        fields.Add("user", image.User);
        fields.Add("folder", image.WorkingDirectory);
        fields.Add("entrypoint", image.Entrypoint);
        fields.Add("default", image.DefaultArguments);
        fields.Add("epoch", image.Epoch.ToString(CultureInfo.InvariantCulture));
        fields.Add("rewrite", image.IsEpochGiven ? "true" : null);
    }

    private static void Add(FieldHash fields, StepsModel steps)
    {
        fields.Add("network", steps.Network);
        fields.Add("host", steps.Hosts.Select(host => KeyValuePair.Create(host.Name, host.Source)));
        fields.Add("limit", steps.Ulimits);
        fields.Add("provenance", steps.Provenance);
        fields.Add("sbom", steps.Sbom);
    }

    private async Task<SortedDictionary<string, Digest>> BasesAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var document = DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath);
        var digests = new SortedDictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var (image, at) in References.Located(build, document))
        {
            digests[image.ToString()] = image.Digest ?? pin?.Invoke(image) ?? await HeadAsync(image, at, cancellationToken);
        }

        return digests;
    }

    private async Task<Digest> HeadAsync(ImageReference image, SourceLocation at, CancellationToken cancellationToken)
    {
        try
        {
            return await heads.GetOrAdd(image, _ => new Lazy<Task<Digest>>(() => FetchAsync(image, cancellationToken))).Value;
        }
        catch (DiagnosticException e)
        {
            // A registry's errors know no place; the instruction that names the image is to blame.
            throw e.At(at);
        }
    }

    private async Task<Digest> FetchAsync(ImageReference image, CancellationToken cancellationToken) =>
        (await registries.Repository(image).HeadManifestAsync(image.TagOrDigest, cancellationToken))?.Digest
            ?? throw RegistryDiagnostics.NotFound.With(image, image.Registry).ToException();

    /// <summary>A hash of named fields: what is in one field cannot look like another.</summary>
    private sealed class FieldHash
    {
        private readonly StringBuilder text = new();

        public void Add(string name, string? value) =>
            text.Append(name).Append(' ').Append(CultureInfo.InvariantCulture, $"{value?.Length ?? -1}").Append(' ').Append(value).Append('\n');

        public void Add(string name, IEnumerable<string> values)
        {
            foreach (var value in values)
            {
                Add(name, value);
            }
        }

        public void Add(string name, IEnumerable<KeyValuePair<string, string>> pairs)
        {
            foreach (var (key, value) in pairs)
            {
                Add(name, key);
                Add("value", value);
            }
        }

        public string Finish() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
