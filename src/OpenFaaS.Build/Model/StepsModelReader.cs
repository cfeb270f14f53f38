using System.Net;
using System.Text.RegularExpressions;

namespace OpenFaaS.Build.Model;

/// <summary>Reads what steps get and how the engine is reached.</summary>
internal static partial class StepsModelReader
{
    private static readonly string[] Entitlements = ["network.host", "security.insecure"];

    public static EngineModel ReadEngine(InputReader reader) => new()
    {
        Endpoints = reader.List("ContainerBuilderEndpoint"),
        CaFile = File(reader, "ContainerBuilderCaFile"),
        CertFile = File(reader, "ContainerBuilderCertFile"),
        KeyFile = File(reader, "ContainerBuilderKeyFile"),
        AllowInsecure = reader.Switch("ContainerInsecureEndpoint") ?? false,
        UseBuildKit = reader.Switch("DockerBuildKit") ?? OfDockersOwn(reader),
        DockerCommand = Command(reader, "DockerCommand"),
        PodmanCommand = Command(reader, "PodmanCommand"),
        BuildahCommand = Command(reader, "BuildahCommand"),
        BuildahIsolation = reader.Text("BuildahIsolation") is null ? null : reader.Word("BuildahIsolation", "oci", "oci", "rootless", "chroot"),
        BuildahRuntime = Command(reader, "BuildahRuntime"),
        BuildahStorageDriver = Driver(reader),
        Containerd = ContainerdReader.Read(reader),
        Img = new ImgModel(
            File(reader, "ImgCommand"),
            File(reader, "ImgState"),
            reader.Text("ImgBackend") is null ? null : reader.Word("ImgBackend", "auto", "auto", "native", "overlayfs", "fuse-overlayfs")),
        NerdctlCommand = File(reader, "NerdctlCommand"),
        Kaniko = KanikoReader.Read(reader),
    };

    // Docker's own variable, which says 1 as a rule; docker itself refuses other words, which concern nobody else.
    private static bool? OfDockersOwn(InputReader reader)
    {
        const string Variable = "DOCKER_BUILDKIT";
        switch (reader.Environment(Variable)?.ToLowerInvariant())
        {
            case null:
                return null;
            case "1" or "t" or "true":
                return true;
            case "0" or "f" or "false":
                return false;
            case var text:
                if (string.Equals(reader.Text("ContainerBuilder"), "docker", StringComparison.OrdinalIgnoreCase))
                {
                    reader.Invalid(Variable, text, "0 or 1");
                }

                return null;
        }
    }

    public static StepsModel Read(InputReader reader, IReadOnlyList<string> noCacheStages) => new()
    {
        Secrets = References(reader, "ContainerBuildSecret"),
        Ssh = Sources(reader, "ContainerBuildSsh", sourceRequired: false),
        Contexts = Sources(reader, "ContainerBuildContext", sourceRequired: true),
        CacheFrom = Values(reader, "ContainerCacheFrom"),
        CacheTo = Values(reader, "ContainerCacheTo"),
        Outputs = Values(reader, "ContainerOutput"),
        Allow = Allowed(reader),
        Network = reader.Text("ContainerNetwork") is null ? null : reader.Word("ContainerNetwork", "default", "default", "none", "host"),
        Hosts = Hosts(reader),
        Ulimits = Ulimits(reader),
        NoCacheStages = noCacheStages,
        Provenance = Attestation(reader, "ContainerProvenance", "mode=min", word => word is "min" or "max" ? "mode=" + word : null),
        Sbom = Attestation(reader, "ContainerSbom", "", _ => null),
    };

    // A bare name is looked for in PATH, as a shell does.
    private static string? Command(InputReader reader, string name) =>
        reader.Text(name) is not { } text ? null : text.AsSpan().IndexOfAny('/', '\\') < 0 ? text : reader.FullPath(text);

    private static string? Driver(InputReader reader)
    {
        var text = reader.Text("BuildahStorageDriver");
        if (text is not null && !text.All(char.IsAsciiLetterOrDigit))
        {
            reader.Invalid("BuildahStorageDriver", text, "the name of a storage driver, such as overlay or vfs");
        }

        return text;
    }

    private static string? File(InputReader reader, string name) => reader.Text(name) is { } path ? reader.FullPath(path) : null;

    private static List<string> Values(InputReader reader, string type) => [.. reader.Request.ItemsOf(type).Select(item => item.Include)];

    private static List<NamedSource> Sources(InputReader reader, string type, bool sourceRequired)
    {
        var list = new List<NamedSource>();
        foreach (var item in reader.Request.ItemsOf(type))
        {
            var source = item.Get("Source") ?? "";
            if (sourceRequired && source.Length == 0)
            {
                reader.Invalid($"@({type}) '{item.Include}'", source, "an item with the metadata Source");
            }
            else if (list.Any(other => other.Name == item.Include))
            {
                reader.Invalid($"@({type})", item.Include, "named once");
            }

            list.Add(new NamedSource(item.Include, source));
        }

        return list;
    }

    // A value itself would be in binary logs by now.
    private static List<NamedSource> References(InputReader reader, string type)
    {
        var list = Sources(reader, type, sourceRequired: true);
        foreach (var item in list.Where(item => item.Source.Length > 0 && !IsReference(item.Source)))
        {
            reader.Invalid($"@({type}) '{item.Name}'", "(not shown)", "file:PATH or env:NAME as Source");
        }

        return list;
    }

    private static bool IsReference(string source) =>
        (source.StartsWith("file:", StringComparison.Ordinal) || source.StartsWith("env:", StringComparison.Ordinal)) && source.Length > source.IndexOf(':', StringComparison.Ordinal) + 1;

    private static List<string> Allowed(InputReader reader)
    {
        var list = Values(reader, "ContainerAllow");
        foreach (var right in list.Where(right => !Entitlements.Contains(right, StringComparer.Ordinal) && right != "device" && !right.StartsWith("device=", StringComparison.Ordinal)))
        {
            reader.Invalid("@(ContainerAllow)", right, "network.host, security.insecure, device or device=NAME");
        }

        return list;
    }

    private static List<NamedSource> Hosts(InputReader reader)
    {
        var list = new List<NamedSource>();
        foreach (var item in reader.Request.ItemsOf("ContainerAddHost"))
        {
            // docker build takes both 'name:address' and 'name=address'; the first separator counts, since addresses hold colons.
            var at = item.Include.AsSpan().IndexOfAny('=', ':');
            var (name, address) = at > 0 ? (item.Include[..at], item.Include[(at + 1)..].Trim('[', ']')) : (item.Include, "");
            if (!HostName().IsMatch(name) || (address != "host-gateway" && !IPAddress.TryParse(address, out _)))
            {
                reader.Invalid("@(ContainerAddHost)", item.Include, "NAME=ADDRESS");
            }

            list.Add(new NamedSource(name, address));
        }

        return list;
    }

    private static List<string> Ulimits(InputReader reader)
    {
        var list = Values(reader, "ContainerUlimit");
        foreach (var limit in list.Where(limit => !Ulimit().IsMatch(limit)))
        {
            reader.Invalid("@(ContainerUlimit)", limit, "NAME=SOFT or NAME=SOFT:HARD");
        }

        return list;
    }

    // As the flags of docker build: true, false, or options.
    private static string? Attestation(InputReader reader, string name, string whenTrue, Func<string, string?> word)
    {
        var text = reader.Text(name);
        return text is null || string.Equals(text, "false", StringComparison.OrdinalIgnoreCase) ? null
            : string.Equals(text, "true", StringComparison.OrdinalIgnoreCase) ? whenTrue
            : word(text) ?? text;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();

    [GeneratedRegex(@"\A[a-z]{2,20}=-?[0-9]{1,19}(?::-?[0-9]{1,19})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Ulimit();
}
