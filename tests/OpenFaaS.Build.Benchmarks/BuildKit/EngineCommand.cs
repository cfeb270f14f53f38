using System.Diagnostics;

namespace OpenFaaS.Build.Benchmarks.BuildKit;

/// <summary>A Docker Engine and its command line.</summary>
/// <param name="Name">How tables name it.</param>
/// <param name="Address">Its socket, <c>unix://…</c>.</param>
/// <param name="Program">Path of its <c>docker</c> program; no script, whose start would count as the program's.</param>
/// <param name="Configuration">Folder of the program's configuration.</param>
internal sealed record EngineCommand(string Name, string Address, string Program, string Configuration)
{
    /// <summary>The engines that <c>tests/services.sh</c> has started.</summary>
    public static IReadOnlyList<EngineCommand> OfEnvironment() =>
        [.. new[] { Of("Docker 26.1", "OPENFAAS_TEST_DOCKER26"), Of("Docker 20.10", "OPENFAAS_TEST_DOCKER") }.OfType<EngineCommand>()];

    /// <summary>A call of the program, its outputs redirected.</summary>
    public ProcessStartInfo Call(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["DOCKER_HOST"] = Address;
        start.Environment["DOCKER_CONFIG"] = Configuration;
        start.Environment["DOCKER_BUILDKIT"] = "1";
        start.Environment["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1";
        return start;
    }

    private static EngineCommand? Of(string name, string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } address
        && Environment.GetEnvironmentVariable(variable + "_PROGRAM") is { Length: > 0 } program
        && Environment.GetEnvironmentVariable(variable + "_CONFIG") is { Length: > 0 } configuration
            ? new EngineCommand(name, address, program, configuration)
            : null;
}
