using System.Text.Json;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Images;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;
using OpenFaaS.Build.Registry;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Integration.Tests.Differential;

/// <summary>The base image of the table: two layers with links, owners and a whiteout, and a configuration in which everything is set. Pushed to the real registry.</summary>
internal static class BaseImage
{
    private static readonly JsonElement Present = JsonElement.Parse("{}");

    public static async Task<string> PushAsync(string registry, string folder, CancellationToken cancellationToken)
    {
        var options = new LayerOptions("gzip", null, 0);
        var lower = Folders.Complete(
        [
            Bytes.File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1654:1655:app:/home/app:/bin/sh\n"),
            Bytes.File("etc/group", "root:x:0:\nstaff:x:50:\napp:x:1655:\n"), Bytes.File("etc/motd", "welcome"), Bytes.File("usr/lib/keep", "kept"),
            Bytes.File("gone/file", "deleted above"), Bytes.File("usr/bin/tool", "tool", Convert.ToInt32("4755", 8)),
            Link("lib", "usr/lib"), Link("current", "etc/motd"), Link("usr/share", "/usr/lib"),
            new ContextEntry("srv", EntryKind.Directory, Convert.ToInt32("1777", 8)) { Uid = 5, Gid = 6 },
        ]);
        var layers = new List<ImageLayer>();
        foreach (var (entries, whiteouts) in new[] { ((IEnumerable<ContextEntry>)lower, Array.Empty<string>()), (Folders.Complete([Bytes.File("etc/extra", "2")]), ["gone"]) })
        {
            var blob = await LayerWriter.WriteAsync(entries, whiteouts, options, folder, cancellationToken);
            layers.Add(new ImageLayer(blob.Descriptor, blob.DiffId, new LocalBlob(new OnDisk(blob.Path))));
        }

        var config = new ImageConfig
        {
            Os = Platform.LinuxHost.Os,
            Architecture = Platform.LinuxHost.Architecture,
            Variant = Platform.LinuxHost.Variant,
            Config = new ContainerConfig
            {
                User = "app:staff",
                Env = ["PATH=/custom:/bin", "BASE=1"],
                WorkingDir = "/srv/app",
                Entrypoint = ["/entry", "point"],
                Cmd = ["default"],
                Labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["inherited"] = "base" },
                ExposedPorts = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal) { ["8080/tcp"] = Present },
                Volumes = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal) { ["/volume"] = Present },
                Healthcheck = new HealthcheckConfig { Test = ["CMD", "/healthy"], Interval = 3_000_000_000 },
                StopSignal = "SIGUSR1",
            },
            RootFs = new RootFs { DiffIds = [.. layers.Select(layer => layer.DiffId)] },
        };
        var none = new Dictionary<string, string>();
        var image = ImageAssembler.Combine(
            [ImageAssembler.Assemble(Platform.LinuxHost, config, layers, ImageFormat.Oci, none)], ImageFormat.Oci, none, new Dictionary<string, Digest>());
        var name = new ImageReference(registry, $"differential/{Guid.NewGuid():N}", "1", null);
        using var connections = new RegistryConnections(new RegistryOptions { Log = new RecordingLog() });
        await ImagePusher.PushAsync(image, [name], connections, new RecordingLog(), cancellationToken);
        return name.ToString();
    }

    private static ContextEntry Link(string path, string target) =>
        new(path, EntryKind.SymbolicLink, Convert.ToInt32("777", 8)) { LinkTarget = target };

    private sealed class OnDisk(string path) : IContentSource
    {
        public Stream Open() => File.OpenRead(path);
    }
}
