using System.Text;
using System.Text.Json;
using OpenFaaS.Build.Archives;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Engines;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.ContentStores;

/// <summary>Archives of BuildKit's <c>oci</c> exporter, delivered by our own writers.</summary>
[TestClass]
public sealed class ExportedArchiveTests(TestContext context)
{
    [TestMethod, RequiresService("docker26"), RequiresService("registry")]
    [DataRow(1, false)]
    [DataRow(1, true)]
    [DataRow(2, true)]
    public async Task Push_ExportedImage_IsServedAsSkopeoPushesIt(int platforms, bool hasProvenance)
    {
        var (archive, image) = await ExportAsync(platforms, hasProvenance);
        var repository = $"{TestServices.Endpoint("registry")}/exported-{Guid.NewGuid():N}";
        Assert.IsTrue(ImageReference.TryParse(repository + ":ours", out var name));
        using var test = new RegistryTestContext();

        await ImagePusher.PushAsync(image, [name], test.Connections, test.Log, context.CancellationToken);
        await SkopeoAsync("copy", "--all", "--dest-tls-verify=false", $"oci-archive:{archive}", $"docker://{repository}:theirs");

        var ours = await SkopeoAsync("inspect", "--tls-verify=false", "--raw", $"docker://{repository}:ours");
        Assert.AreEqual(await SkopeoAsync("inspect", "--tls-verify=false", "--raw", $"docker://{repository}:theirs"), ours);
        Assert.AreEqual(image.Descriptor.Digest, Digest.Of(Encoding.UTF8.GetBytes(ours)));
        Assert.HasCount(hasProvenance ? platforms : 0, image.Attachments);
        await SkopeoAsync("copy", "--all", "--src-tls-verify=false", $"docker://{repository}:ours", "dir:" + Path.Combine(context.Folder(), "copy"));
        foreach (var attachment in image.Attachments)
        {
            using var statement = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(context.Folder(), "copy", attachment.Layers[0].Descriptor.Digest.Hex)));
            Assert.StartsWith("https://slsa.dev/provenance/", statement.RootElement.GetProperty("predicateType").GetString()!);
        }
    }

    [TestMethod, RequiresService("docker26")]
    public async Task Write_ExportedImageWithProvenance_KeepsItInTheArchive()
    {
        var (archive, image) = await ExportAsync(2, hasProvenance: true);
        var written = Path.Combine(context.Folder(), "written.tar");

        await Writer(Name()).WriteFileAsync(image, written, context.CancellationToken);

        Assert.AreEqual(
            await SkopeoAsync("inspect", "--raw", $"oci-archive:{archive}"),
            await SkopeoAsync("inspect", "--raw", $"oci-archive:{written}"));
        await SkopeoAsync("copy", "--all", $"oci-archive:{written}", "dir:" + Path.Combine(context.Folder(), "copy"));
        Assert.IsTrue(File.Exists(Path.Combine(context.Folder(), "copy", image.Attachments[1].Layers[0].Descriptor.Digest.Hex)));
    }

    [TestMethod, RequiresService("docker26"), RequiresService("docker"), RequiresService("podman")]
    [DataRow("docker26", "DOCKER_HOST")]
    [DataRow("docker", "DOCKER_HOST")]
    [DataRow("podman", "CONTAINER_HOST")]
    public async Task Load_ExportedImageWithProvenance_IsInTheEngine(string service, string variable)
    {
        var (_, image) = await ExportAsync(1, hasProvenance: true);
        var name = Name();
        var engine = await EngineLocator.FindAsync(null, variableName => variableName == variable ? TestServices.Endpoint(service) : null, context.CancellationToken);

        var id = await engine!.LoadAsync(image, [name], Writer(name), context.CancellationToken);

        Assert.AreEqual(id, await engine.FindImageAsync(name, context.CancellationToken));
    }

    private static ImageReference Name() => new(ImageReference.DockerHub, $"library/exported-{Guid.NewGuid():N}", "v1", null);

    private static ImageArchiveWriter Writer(ImageReference name) =>
        new([name], (layer, _) => Task.FromResult(((LocalBlob)layer.Content).Source.Open()), 0);

    private async Task<(string Archive, BuiltImage Image)> ExportAsync(int platforms, bool hasProvenance)
    {
        var archive = Path.Combine(context.Folder(), "exported.tar");
        await EngineBuild.RunAsync(
            context.Folder(),
            [.. EngineBuild.Platforms(platforms), $"--provenance={(hasProvenance ? "true" : "false")}", "--output", $"type=oci,\"dest={archive}\""],
            context.CancellationToken);
        return (archive, await OciArchiveImage.ReadAsync(archive, new Dictionary<string, Digest>(), context.CancellationToken));
    }

    private Task<string> SkopeoAsync(params string[] arguments) => Tool.RunAsync("skopeo", arguments, context.CancellationToken);
}
