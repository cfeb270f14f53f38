using System.Security.Cryptography;
using OpenFaaS.Build.Integration.Tests.BuildKit.Publishing;
using OpenFaaS.Build.Sdk.Tests;

namespace OpenFaaS.Build.Integration.Tests.Builders.Kaniko;

/// <summary>
/// The executor of the tests: the image that <c>OPENFAAS_TEST_KANIKO_IMAGE</c> names, run by the engines' own commands, else a stand-in
/// (<c>tests/StandInTools/kaniko-executor.sh</c>) with commands that make its image and give it the one right that it needs beyond the real one.
/// </summary>
internal static class KanikoExecutor
{
    private static readonly string Tools = Path.Combine(Repository.Root, "tests/StandInTools");
    private static readonly string? Real = Environment.GetEnvironmentVariable("OPENFAAS_TEST_KANIKO_IMAGE") is { Length: > 0 } image ? image : null;

    /// <summary>Whether it is the stand-in.</summary>
    public static bool IsStandIn => Real is null;

    /// <summary>Name of the image.</summary>
    public static string Image => Real ?? $"localhost/openfaas-test/kaniko-stand-in:{Version()}";

    /// <summary>Full path of the stand-in as a program.</summary>
    public static string Program => Path.Combine(Tools, "kaniko-executor.sh");

    /// <summary>Full path of the command that runs containers.</summary>
    /// <param name="engine"><c>docker</c> or <c>podman</c>.</param>
    public static string CommandOf(string engine) => IsStandIn ? Path.Combine(Tools, $"kaniko-{engine}.sh")
        : TestServices.IsRunning(engine) ? TestServices.Fact(engine, "CLI") : "";

    /// <summary>The property that names the command.</summary>
    public static string PropertyOf(string engine) => engine == "docker" ? "DockerCommand" : "PodmanCommand";

    /// <summary>Properties that choose the executor in a container.</summary>
    public static IReadOnlyDictionary<string, string> Settings(string engine) => new Dictionary<string, string>
    {
        ["ContainerBuilder"] = "kaniko",
        ["KanikoRunner"] = engine,
        ["KanikoImage"] = Image,
        [PropertyOf(engine)] = CommandOf(engine),

        // The registries of the tests are this machine's.
        ["KanikoNetwork"] = "host",
        ["ContainerNetwork"] = "",
    };

    /// <summary>A function whose engine's command writes down what it is given.</summary>
    /// <param name="context">The test.</param>
    /// <param name="engine"><c>docker</c> or <c>podman</c>.</param>
    /// <param name="dockerfile">The Dockerfile.</param>
    /// <param name="commandLine">Full path of the command of an engine of the test's own; null for the one that all use.</param>
    public static async Task<(BuildKitFunction Function, Func<string> Calls)> RecordedAsync(TestContext context, string engine, string dockerfile, string? commandLine = null)
    {
        var own = commandLine is null ? "" : $"export {TestServices.Variable(engine)}_CLI='{commandLine}'\n";
        var function = Function(context, engine, dockerfile);
        var (command, calls) = (Path.Combine(function.Folder, "..", function.Name + "-command"), Path.Combine(function.Folder, "..", function.Name + "-calls"));
        await Tool.WriteScriptAsync(command, $"#!/bin/sh\nprintf '%s\\n' \"$@\" >>'{calls}'\n{own}exec '{(IsStandIn ? null : commandLine) ?? CommandOf(engine)}' \"$@\"\n", context.CancellationToken);
        return (function.Set(PropertyOf(engine), Path.GetFullPath(command)), () => File.Exists(calls) ? File.ReadAllText(calls) : "");
    }

    /// <summary>Gives the executor's image to an engine of the test's own; the stand-in's is made there when it is run.</summary>
    public static async Task GiveAsync(TestContext context, string commandLine)
    {
        if (!IsStandIn)
        {
            var archive = Path.Combine(context.Folder(), "executor.tar");
            await Tool.RunAsync(TestServices.Fact("docker", "CLI"), ["save", "--output", archive, Image], context.CancellationToken);
            await Tool.RunAsync(commandLine, ["load", "--input", archive], context.CancellationToken);
        }
    }

    /// <summary>A function that is built in a container.</summary>
    public static BuildKitFunction Function(TestContext context, string engine, string dockerfile)
    {
        var function = new BuildKitFunction(context, "", dockerfile);
        foreach (var (name, value) in Settings(engine))
        {
            function.Set(name, value);
        }

        return function;
    }

    /// <summary>Name of the container that a build runs in, from what its command was given.</summary>
    public static string ContainerOf(string calls)
    {
        var lines = calls.Split('\n');
        return Array.IndexOf(lines, "--name") is var at and >= 0 ? lines[at + 1] : "";
    }

    // As kaniko-image.sh computes it.
    private static string Version()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(Program));
        hash.AppendData(File.ReadAllBytes(Path.Combine(Repository.Root, "tests/base-image.sh")));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
