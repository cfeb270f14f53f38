using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Integration.Tests.Archives;

/// <summary>One archive, every tool that reads image archives.</summary>
[TestClass]
public sealed class ImageArchiveReadersTests(TestContext context)
{
    private static readonly string Host = Platform.LinuxHost.Architecture;
    private static readonly string Other = Host == "arm64" ? "amd64" : "arm64";

    [TestMethod, RequiresService("docker"), RequiresService("docker26"), RequiresService("podman"), RequiresService("buildah"), RequiresService("tools")]
    [DataRow("gzip", ImageFormat.Oci, 1, 1)]
    [DataRow("zstd", ImageFormat.Oci, 1, 1)]
    [DataRow("zstd", ImageFormat.Oci, 2, 2)]
    [DataRow("none", ImageFormat.Oci, 1, 1)]
    [DataRow("gzip", ImageFormat.Docker, 1, 1)]
    [DataRow("gzip", ImageFormat.Oci, 2, 1)]
    [DataRow("gzip", ImageFormat.Oci, 1, 2)]
    [DataRow("gzip", ImageFormat.Docker, 2, 2)]
    public async Task WriteFile_AnyImage_IsReadByEveryTool(string compression, ImageFormat format, int tags, int platforms)
    {
        var image = await TestImage.BuildAsync(
            context.Folder(), Guid.NewGuid().ToString(), context.CancellationToken, compression, format, platforms == 1 ? [Host] : [Other, Host]);
        var names = Names(tags);
        var archive = Path.Combine(context.Folder(), "image.oci.tar");
        await TestImage.Writer(names).WriteFileAsync(image, archive, context.CancellationToken);

        // Engine 20.10 does not know zstd; LocalEngineTests has what is said then.
        foreach (var service in compression == "zstd" ? ["docker26", "podman"] : new[] { "docker", "docker26", "podman" })
        {
            await RunAsync(TestServices.Fact(service, "CLI"), "load", "-q", "-i", archive);
            foreach (var name in names)
            {
                Assert.Contains(await InspectAsync(service, name), Identities(image), $"{service} {name}");
            }
        }

        foreach (var name in names)
        {
            await RunAsync(TestServices.Endpoint("buildah"), "pull", "-q", $"docker-archive:{archive}:{name}");
        }

        await ReadLayoutAsync(image, archive, format, names);
        await RunAsync("skopeo", "copy", "-q", $"docker-archive:{archive}", "dir:" + Path.Combine(context.Folder(), "copy"));
    }

    [TestMethod, RequiresService("tools")]
    public async Task WriteFile_OneTag_NeedsNoReference()
    {
        var image = await TestImage.BuildAsync(context.Folder(), "one", context.CancellationToken);
        var archive = Path.Combine(context.Folder(), "image.oci.tar");
        await TestImage.Writer(Names(1)).WriteFileAsync(image, archive, context.CancellationToken);

        foreach (var transport in new[] { "oci-archive", "docker-archive" })
        {
            using var json = JsonDocument.Parse(await RunAsync("skopeo", "inspect", "--config", $"{transport}:{archive}"));
            Assert.AreEqual(Host, json.RootElement.GetProperty("architecture").GetString());
        }
    }

    private async Task ReadLayoutAsync(BuiltImage image, string archive, ImageFormat format, IReadOnlyList<ImageReference> names)
    {
        // Of several tags the reader has to be told one, which skopeo and buildah can find for OCI media types only.
        string[] references = names.Count == 1 ? [""] : format == ImageFormat.Oci ? [.. names.Select(name => ":" + name.Tag)] : [];
        foreach (var reference in references)
        {
            await RunAsync(TestServices.Endpoint("buildah"), "pull", "-q", $"oci-archive:{archive}{reference}");
            var raw = await RunAsync("skopeo", "inspect", "--raw", $"oci-archive:{archive}{reference}");
            Assert.AreEqual(image.Descriptor.Digest, Digest.Of(Encoding.UTF8.GetBytes(raw)));
        }
    }

    private static IReadOnlyList<ImageReference> Names(int tags)
    {
        var repository = "library/archive-" + Guid.NewGuid().ToString("n");
        return [.. new[] { "v1", "latest" }.Take(tags).Select(tag => new ImageReference(ImageReference.DockerHub, repository, tag, null))];
    }

    private static string[] Identities(BuiltImage image)
    {
        var host = image.Platforms.Single(platform => platform.Platform.Architecture == Host);
        return [host.ConfigDescriptor.Digest.ToString(), host.ManifestDescriptor.Digest.ToString(), image.Descriptor.Digest.ToString()];
    }

    private async Task<string> InspectAsync(string service, ImageReference name)
    {
        var id = (await RunAsync(TestServices.Fact(service, "CLI"), "image", "inspect", "--format", "{{.Id}}", name.ToString())).Trim();
        return id.StartsWith("sha256:", StringComparison.Ordinal) ? id : "sha256:" + id;
    }

    private Task<string> RunAsync(string tool, params string[] arguments) => Tool.RunAsync(tool, arguments, context.CancellationToken);
}
