using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders;

/// <summary>
/// What each engine honours of the inputs that not all of them have: the one place where it is written down. Selection, messages and the table
/// in the readme are made from it. A word of a row is an engine, or <c>engine&gt;=version</c> where older versions cannot.
/// </summary>
public static class CapabilityTable
{
    internal const string SeveralPlatforms = "ContainerPlatforms (several)";
    internal const string NoCache = "ContainerNoCache";
    internal const string NoCacheStages = "ContainerNoCache (stages)";
    internal const string PullNever = "ContainerPull=never";
    internal const string Heredoc = "here-documents";
    internal const string RunMount = "RUN --mount";
    internal const string Chmod = "COPY --chmod";
    internal const string Syntax = "# syntax= (not docker/dockerfile)";
    internal const string Classic = "docker-classic";

    /// <summary>Engines, in the order of the table; <c>docker-classic</c> is <c>docker</c> with <c>DockerBuildKit=false</c>.</summary>
    public static IReadOnlyList<string> Engines { get; } = ["embedded", "buildkit", "docker", Classic, "podman", "buildah", "nerdctl", "img", "k3c", "pouch", "kaniko", "openfaas"];

    /// <summary>Inputs, and the engines that honour each.</summary>
    public static IReadOnlyList<(string Input, string Engines)> Rows { get; } =
    [
        ("ContainerBuilderEndpoint", "buildkit docker docker-classic podman nerdctl k3c pouch kaniko openfaas"),
        ("ContainerBuilderCaFile", "buildkit docker docker-classic podman openfaas"),
        ("ContainerBuilderCertFile", "buildkit docker docker-classic podman openfaas"),
        ("ContainerBuilderKeyFile", "buildkit docker docker-classic podman openfaas"),
        ("ContainerInsecureEndpoint", "buildkit docker docker-classic podman openfaas"),
        ("ContainerNetwork", "buildkit docker docker-classic podman buildah nerdctl k3c pouch"),
        ("ContainerTrace", "buildkit docker k3c pouch"),
        ("ContainerProvenance", "buildkit docker nerdctl"),
        ("ContainerSbom", "buildkit docker nerdctl"),
        ("DockerBuildKit", "docker docker-classic"),
        ("KanikoImage", "kaniko"),
        ("KanikoRunner", "kaniko"),
        ("KanikoExecutor", "kaniko"),
        ("KanikoNetwork", "kaniko"),
        ("KanikoFeatures", "kaniko"),
        .. KanikoPodReader.Names.Select(name => (name, "kaniko")),
        ("OpenFaaSPayloadSecret", "openfaas"),
        ("OpenFaaSBuilderPublicKey", "openfaas"),
        ("OpenFaaSBuilderIdleTimeout", "openfaas"),
        ("DockerCommand", "kaniko"),
        ("PodmanCommand", "podman kaniko"),
        ("BuildahCommand", "buildah"),
        ("BuildahIsolation", "podman buildah"),
        ("BuildahRuntime", "podman buildah"),
        ("BuildahStorageDriver", "podman buildah"),
        ("NerdctlCommand", "nerdctl"),
        ("ImgCommand", "img"),
        ("ImgState", "img"),
        ("ImgBackend", "img"),
        ("ContainerBuildSecret", "buildkit docker podman buildah nerdctl img openfaas"),
        ("ContainerBuildSsh", "buildkit docker podman buildah nerdctl img"),
        ("ContainerBuildContext", "buildkit docker podman>=4.2 buildah>=1.27"),
        ("ContainerCacheFrom", "buildkit docker docker-classic podman buildah nerdctl img k3c kaniko"),
        ("ContainerCacheTo", "buildkit docker podman buildah nerdctl img k3c kaniko"),
        ("ContainerAllow", "buildkit docker nerdctl"),
        ("ContainerOutput", "buildkit docker k3c pouch"),
        ("ContainerAddHost", "buildkit docker docker-classic podman buildah k3c pouch nerdctl>=2.0.3"),
        ("ContainerUlimit", "buildkit docker docker-classic podman buildah"),
        (SeveralPlatforms, "embedded buildkit docker podman buildah nerdctl openfaas"),
        ("ContainerAnnotation", "embedded buildkit docker podman buildah"),
        ("ContainerCompression", "embedded buildkit docker"),
        ("SOURCE_DATE_EPOCH", "embedded buildkit docker podman buildah"),
        (NoCache, "embedded buildkit docker docker-classic podman buildah nerdctl img k3c pouch kaniko"),
        (NoCacheStages, "embedded buildkit docker k3c pouch"),
        (PullNever, "embedded docker-classic podman buildah"),
        ("ContainerInsecureRegistry", "embedded buildkit docker docker-classic podman buildah nerdctl img k3c pouch kaniko openfaas"),
        (RunMount, "buildkit docker podman buildah nerdctl img openfaas"),
        ("RUN --network", "buildkit docker podman buildah nerdctl openfaas"),
        ("RUN --security", "buildkit docker nerdctl"),
        (Heredoc, "embedded buildkit docker podman>=4.8 buildah>=1.33 nerdctl openfaas"),
        (Chmod, "embedded buildkit docker podman buildah nerdctl kaniko openfaas"),
        ("COPY --exclude", "buildkit docker nerdctl openfaas"),
        ("COPY --parents", "buildkit docker nerdctl openfaas"),
        ("ADD --exclude", "buildkit docker nerdctl openfaas"),
        ("ADD --checksum", "buildkit docker nerdctl openfaas"),
        ("ADD --keep-git-dir", "buildkit docker nerdctl openfaas"),
        ("ADD --unpack", "buildkit docker nerdctl openfaas"),
        (Syntax, "buildkit docker nerdctl img openfaas"),
    ];

    private static readonly IReadOnlyDictionary<string, BuilderCapabilities> ByEngine = ReadRows();

    /// <summary>What an engine honours.</summary>
    /// <param name="engine">One of <see cref="Engines"/>.</param>
    public static BuilderCapabilities Of(string engine) => ByEngine[engine];

    /// <summary>The engines that honour an input, for a message; <c>none</c> if no engine does.</summary>
    public static string Honouring(string input) =>
        Engines.Where(engine => ByEngine[engine].Honours.ContainsKey(input)).Select(engine => engine == Classic ? "docker" : engine).Distinct().ToList() is { Count: > 0 } names
            ? string.Join(", ", names)
            : "none";

    // Every worker reads them at its start: each cell once, and into plain dictionaries, which cost less to fill than others save here.
    private static Dictionary<string, BuilderCapabilities> ReadRows()
    {
        var honours = Engines.ToDictionary(engine => engine, _ => new Dictionary<string, Version?>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (input, engines) in Rows)
        {
            foreach (var cell in engines.Split(' '))
            {
                var (engine, since) = cell.IndexOf(">=", StringComparison.Ordinal) is > 0 and var end ? (cell[..end], Version.Parse(cell[(end + 2)..])) : (cell, null);
                honours[engine].Add(input, since);
            }
        }

        return Engines.ToDictionary(
            engine => engine,
            engine => new BuilderCapabilities(engine == Classic ? "docker" : engine, honours[engine]) { ChecksDockerfile = engine == "embedded" },
            StringComparer.Ordinal);
    }
}
