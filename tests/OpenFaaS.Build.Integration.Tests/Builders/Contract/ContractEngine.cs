using OpenFaaS.Build.Builders;
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
        Socket("podman-service", "podman", "podman", ("ContainerBuilder", "podman")),
        Command("podman-command", "podman", TestServices.Fact("podman", "CLI"), "PodmanCommand"),
        Command("buildah", "buildah", TestServices.Endpoint("buildah"), "BuildahCommand"),
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

    private static ContractEngine Command(string name, string builder, string command, string property) => new(
        name,
        builder,
        new Dictionary<string, string> { ["ContainerBuilder"] = builder, [property] = command, ["BuildahRuntime"] = "runc" },
        new Dictionary<string, string> { [property] = "/nowhere/" + builder });

    private static ContractEngine Socket(string name, string column, string service, params (string Name, string Value)[] properties) => new(
        name,
        column,
        properties.Append(("ContainerBuilderEndpoint", TestServices.Endpoint(service))).ToDictionary(pair => pair.Item1, pair => pair.Item2),
        new Dictionary<string, string> { ["ContainerBuilderEndpoint"] = NoSocket });
}
