using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>Reads what the builder is told.</summary>
internal static class BuilderModelReader
{
    private const int MaximumFileSize = 64 * 1024;

    private static readonly string[] SecretWords = ["SECRET", "PASSWORD", "PASSWD", "TOKEN", "APIKEY", "API_KEY", "PRIVATE_KEY", "CREDENTIAL"];

    /// <summary>Items that not every builder honours.</summary>
    public static IReadOnlyList<string> SpecialItems { get; } =
    [
        "ContainerBuildSecret", "ContainerBuildSsh", "ContainerBuildContext", "ContainerCacheFrom", "ContainerCacheTo", "ContainerAllow",
        "ContainerOutput", "ContainerAddHost", "ContainerUlimit",
    ];

    /// <summary>Properties that not every builder honours.</summary>
    public static IReadOnlyList<string> SpecialProperties { get; } =
    [
        "ContainerBuilderEndpoint", "ContainerBuilderCaFile", "ContainerBuilderCertFile", "ContainerBuilderKeyFile", "ContainerInsecureEndpoint",
        "ContainerNetwork", "ContainerTrace", "ContainerProvenance", "ContainerSbom", "DockerBuildKit", "KanikoImage", "KanikoRunner", "OpenFaaSPayloadSecret",
        "OpenFaaSBuilderPublicKey", "OpenFaaSBuilderIdleTimeout",
        "DockerCommand", "PodmanCommand", "BuildahCommand", "BuildahIsolation", "BuildahRuntime", "BuildahStorageDriver",
        "NerdctlCommand", "ImgCommand", "ImgState", "ImgBackend", "KanikoExecutor", "KanikoNetwork", "KanikoFeatures", .. KanikoPodReader.Names,
    ];

    public static BuilderModel Read(InputReader reader)
    {
        var special = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in SpecialItems)
        {
            if (reader.Request.ItemsOf(type).Count > 0)
            {
                special.Add(type);
            }
        }

        foreach (var property in SpecialProperties)
        {
            if (reader.Text(property) is not null)
            {
                special.Add(property);
            }
        }

        // Nothing is pulled into a local store and nothing is cached by the embedded builder, so every value of these means the same to it.
        var pull = reader.Word("ContainerPull", "missing", "always", "missing", "never");
        var progress = reader.Word("ContainerProgress", "auto", "auto", "plain", "quiet");
        var (noCache, stages) = ReadNoCache(reader);

        var dockerfile = reader.Text("ContainerDockerfile")?.Replace('\\', '/') ?? "Dockerfile";
        if (dockerfile.StartsWith('/') || dockerfile.Split('/').Contains("..", StringComparer.Ordinal))
        {
            reader.Invalid("ContainerDockerfile", dockerfile, "a path inside the build context");
        }

        return new BuilderModel
        {
            Name = (reader.Text("ContainerBuilder") ?? "auto").ToLowerInvariant(),
            Dockerfile = dockerfile,
            Target = reader.Text("ContainerTarget"),
            Arguments = ReadArguments(reader),
            HiddenArguments = reader.Request.ItemsOf("ContainerBuildArg").Where(IsByReference).Select(item => item.Include).ToHashSet(StringComparer.Ordinal),
            NoCache = noCache,
            Pull = pull switch { "always" => PullPolicy.Always, "never" => PullPolicy.Never, _ => PullPolicy.Missing },
            Progress = progress switch { "plain" => ProgressMode.Plain, "quiet" => ProgressMode.Quiet, _ => ProgressMode.Auto },
            TraceFile = reader.Text("ContainerTrace") is { } trace ? reader.FullPath(trace) : null,
            Engine = StepsModelReader.ReadEngine(reader),
            Steps = StepsModelReader.Read(reader, stages),
            SpecialInputs = special,
            InsecureRegistries = [.. reader.Request.ItemsOf("ContainerInsecureRegistry").Select(item => item.Include)],
        };
    }

    /// <summary>Whether an argument's name suggests that its value should not be in a build's history.</summary>
    public static bool LooksSecret(string name) => SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsByReference(RequestItem item) =>
        item.Get("Literal") != "true" && item.Get("Value") is { } value
        && (value.StartsWith("env:", StringComparison.Ordinal) || value.StartsWith("file:", StringComparison.Ordinal));

    // 'true' is all stages; other words are names of stages.
    private static (bool All, IReadOnlyList<string> Stages) ReadNoCache(InputReader reader) =>
        reader.Text("ContainerNoCache") is not { } text ? (false, [])
        : bool.TryParse(text, out var all) ? (all, [])
        : (false, [.. text.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);

    private static SortedDictionary<string, string> ReadArguments(InputReader reader)
    {
        var arguments = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in reader.Request.ItemsOf("ContainerBuildArg"))
        {
            var value = item.Get("Value") ?? "";
            arguments[item.Include] = item.Get("Literal") == "true" ? value : Resolve(reader, item.Include, value);
        }

        return arguments;
    }

    private static string Resolve(InputReader reader, string name, string value)
    {
        if (value.StartsWith("env:", StringComparison.Ordinal))
        {
            return reader.Environment(value[4..]) ?? Missing(reader, name, value, "is not set");
        }

        if (!value.StartsWith("file:", StringComparison.Ordinal))
        {
            return value;
        }

        var path = reader.FullPath(value[5..]);
        if (!File.Exists(path))
        {
            return Missing(reader, name, value, Directory.Exists(path) ? "is a folder" : "does not exist");
        }

        try
        {
            // Not by the file's length, which devices and /proc do not tell.
            using var file = File.OpenRead(path);
            var content = new byte[MaximumFileSize + 1];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length > MaximumFileSize
                ? Missing(reader, name, value, "is larger than 64 KiB")
                : Encoding.UTF8.GetString(content, 0, length).TrimStart('\uFEFF').TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Missing(reader, name, value, "cannot be read");
        }
    }

    private static string Missing(InputReader reader, string name, string value, string what)
    {
        reader.Error(InputDiagnostics.ReferenceNotResolved.With($"@(ContainerBuildArg) '{name}'", value, what));
        return "";
    }
}
