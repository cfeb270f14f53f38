using OpenFaaS.Build.Builders;
using OpenFaaS.Build.Integration.Tests.Builders.Kaniko;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;

namespace OpenFaaS.Build.Integration.Tests.Builders.Contract;

/// <summary>An engine that the contract suite runs on.</summary>
/// <param name="Name">How tests name it.</param>
/// <param name="Column">Its column in <see cref="CapabilityTable"/>.</param>
/// <param name="Settings">MSBuild properties that choose it.</param>
/// <param name="Broken">Properties that lead to an engine which is not there.</param>
internal sealed record ContractEngine(string Name, string Column, IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Broken)
{
    private const string NoSocket = "unix:///nowhere/engine.sock";

    /// <summary>Every engine that is here for real; a new one is one line.</summary>
    public static IReadOnlyList<ContractEngine> All { get; } =
    [
        Socket("buildkit-20.10", "buildkit", "docker", ("ContainerBuilder", "buildkit")),
        Socket("buildkit-26.1", "buildkit", "docker26", ("ContainerBuilder", "buildkit")),
        Socket("docker-20.10", "docker", "docker", ("ContainerBuilder", "docker")),
        Socket("docker-26.1", "docker", "docker26", ("ContainerBuilder", "docker")),
        Socket("classic-20.10", CapabilityTable.Classic, "docker", ("ContainerBuilder", "docker"), ("DockerBuildKit", "false")),
        Socket("classic-26.1", CapabilityTable.Classic, "docker26", ("ContainerBuilder", "docker"), ("DockerBuildKit", "false")),
        Socket("podman-service", "podman", "podman", ("ContainerBuilder", "podman")),
        Command("podman-command", "podman", Started("podman", () => TestServices.Fact("podman", "CLI")), "PodmanCommand"),
        Command("buildah", "buildah", Started("buildah", () => TestServices.Endpoint("buildah")), "BuildahCommand"),
        Socket("k3c with the BuildKit of 20.10", "k3c", "docker", ("ContainerBuilder", "k3c")),
        Socket("pouch with the BuildKit of 20.10", "pouch", "docker", ("ContainerBuilder", "pouch")),
        Command("img stand-in", "img", StandInTool.CommandOf("img"), "ImgCommand"),
        Command("nerdctl stand-in", "nerdctl", StandInTool.CommandOf("nerdctl"), "NerdctlCommand"),
        Kaniko("docker"),
        Kaniko("podman"),
        .. Real("k3c", path => Daemon("k3c", path)),
        .. Real("pouch", path => Daemon("pouch", path)),
        .. Real("img", path => Command("img", "img", path, "ImgCommand")),
        .. Real("nerdctl", path => Command("nerdctl", "nerdctl", path, "NerdctlCommand")),
    ];

    /// <summary>Names for <c>DynamicData</c>.</summary>
    public static IEnumerable<object[]> Names => All.Select(engine => new object[] { engine.Name });

    public static ContractEngine Of(string name) => All.Single(engine => engine.Name == name);

    /// <summary>Whether the engine honours an input of the table.</summary>
    public bool Honours(string input) => CapabilityTable.Of(Column).Honours.ContainsKey(input);

    /// <summary>A function that this engine builds.</summary>
    public BuildKitFunction Function(TestContext context, string dockerfile) => With(new BuildKitFunction(context, "", dockerfile), Settings);

    /// <summary>A function for an engine that is not there.</summary>
    public BuildKitFunction BrokenFunction(TestContext context, string dockerfile) => With(Function(context, dockerfile), Broken);

    private static BuildKitFunction With(BuildKitFunction function, IReadOnlyDictionary<string, string> properties)
    {
        foreach (var (name, value) in properties)
        {
            function.Set(name, value);
        }

        return function;
    }

    // img knows no ContainerNetwork, which the suite's functions have for engines whose steps have no network of their own.
    private static ContractEngine Command(string name, string column, string path, string property) => new(
        name,
        column,
        new Dictionary<string, string> { ["ContainerBuilder"] = column, [property] = path, ["ContainerNetwork"] = column == "img" ? "" : "none", ["BuildahRuntime"] = column is "podman" or "buildah" ? "runc" : "" },
        new Dictionary<string, string> { [property] = "/nowhere/" + column });

    private static ContractEngine Kaniko(string engine) =>
        new($"kaniko-{engine}", "kaniko", KanikoExecutor.Settings(engine), new Dictionary<string, string> { [KanikoExecutor.PropertyOf(engine)] = "/nowhere/" + engine });

    private static ContractEngine Daemon(string name, string socket) => new(
        name,
        name,
        new Dictionary<string, string> { ["ContainerBuilder"] = name, ["ContainerBuilderEndpoint"] = socket },
        new Dictionary<string, string> { ["ContainerBuilderEndpoint"] = NoSocket });

    /// <summary>The real one where a variable names it; no machine has it by itself.</summary>
    private static IEnumerable<ContractEngine> Real(string name, Func<string, ContractEngine> make) =>
        Environment.GetEnvironmentVariable("OPENFAAS_TEST_" + name.ToUpperInvariant()) is { Length: > 0 } value ? [make(value)] : [];

    private static ContractEngine Socket(string name, string column, string service, params (string Name, string Value)[] properties) => new(
        name,
        column,
        properties.Append(("ContainerBuilderEndpoint", Started(service, () => TestServices.Endpoint(service)))).ToDictionary(pair => pair.Item1, pair => pair.Item2),
        new Dictionary<string, string> { ["ContainerBuilderEndpoint"] = NoSocket });

    // Rows are made while tests are found, and skipped with their reason where a service is not running.
    private static string Started(string service, Func<string> value) => TestServices.IsRunning(service) ? value() : "";
}
