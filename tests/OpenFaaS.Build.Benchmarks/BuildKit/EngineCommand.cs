namespace OpenFaaS.Build.Benchmarks.BuildKit;

/// <summary>A Docker Engine and its command line.</summary>
/// <param name="Name">How tables name it.</param>
/// <param name="Address">Its socket, <c>unix://…</c>.</param>
/// <param name="CommandLine">Path of a <c>docker</c> command that talks to it.</param>
internal sealed record EngineCommand(string Name, string Address, string CommandLine)
{
    /// <summary>The engines that <c>tests/services.sh</c> has started.</summary>
    public static IReadOnlyList<EngineCommand> OfEnvironment() =>
    [
        .. new[] { ("Docker 26.1", "OPENFAAS_TEST_DOCKER26"), ("Docker 20.10", "OPENFAAS_TEST_DOCKER") }
            .Select(engine => (Name: engine.Item1, Address: Environment.GetEnvironmentVariable(engine.Item2), Cli: Environment.GetEnvironmentVariable(engine.Item2 + "_CLI")))
            .Where(engine => !string.IsNullOrEmpty(engine.Address) && !string.IsNullOrEmpty(engine.Cli))
            .Select(engine => new EngineCommand(engine.Name, engine.Address!, engine.Cli!)),
    ];
}
