using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Archives;

/// <summary>The documents at the root of an image archive.</summary>
internal static class ArchiveIndex
{
    private const string ContainerdName = "io.containerd.image.name";
    private const string ReferenceName = "org.opencontainers.image.ref.name";
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>oci-layout</c> (OCI <c>image-layout.md</c>).</summary>
    public static byte[] Layout { get; } = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray();

    /// <summary>Path of a blob in the archive.</summary>
    public static string PathOf(Digest digest) => "blobs/sha256/" + digest.Hex;

    /// <summary>
    /// <c>index.json</c>: one descriptor a name, with the annotations of containerd and of the OCI layout.
    /// Readers that take one image need its tag where there are several: <c>skopeo inspect oci-archive:FILE:TAG</c>.
    /// </summary>
    public static byte[] Index(BuiltImage image, IReadOnlyList<ImageReference> names) => OciJson.Write(new ImageIndex
    {
        MediaType = MediaTypes.OciIndex,
        Manifests =
        [
            .. names.Select(name => image.Descriptor with
            {
                Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    [ContainerdName] = FullName(name),
                    [ReferenceName] = name.Tag ?? "latest",
                },
            }),
        ],
    });

    /// <summary><c>manifest.json</c> of <c>docker save</c>. It knows one platform: with several it is the one of this machine, else the first.</summary>
    public static byte[] DockerManifest(BuiltImage image, IReadOnlyList<ImageReference> names)
    {
        var platform = image.Platforms.FirstOrDefault(candidate => candidate.Platform == Platform.LinuxHost) ?? image.Platforms[0];
        var entry = new JsonObject
        {
            ["Config"] = PathOf(platform.ConfigDescriptor.Digest),
            ["RepoTags"] = new JsonArray([.. names.Select(name => JsonValue.Create(FullName(name)))]),
            ["Layers"] = new JsonArray([.. platform.Layers.Select(layer => JsonValue.Create(PathOf(layer.Descriptor.Digest)))]),
        };
        return Encoding.UTF8.GetBytes(new JsonArray(entry).ToJsonString(Json));
    }

    // With the registry's host: Podman would put a short name below localhost.
    private static string FullName(ImageReference name) => (name with { Tag = name.Tag ?? "latest", Digest = null }).ToString();
}
