using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders;

/// <summary>Something that a build asks for and that not every builder honours.</summary>
/// <param name="Name">As users type it, and as <see cref="CapabilityTable"/> names it.</param>
/// <param name="Location">The place to blame.</param>
public sealed record BuildInput(string Name, SourceLocation Location)
{
    /// <summary>Whether it is a feature of an instruction of the Dockerfile.</summary>
    public bool IsStep { get; init; }
}

/// <summary>Finds out what a build asks for: inputs of the project, values that only some engines have, features of the Dockerfile.</summary>
internal static class BuildInputs
{
    /// <summary>Everything that a build asks for, each once.</summary>
    /// <exception cref="DiagnosticException">The Dockerfile is malformed.</exception>
    public static IReadOnlyList<BuildInput> Of(ImageBuild build)
    {
        var function = build.Function;
        var names = function.Builder.SpecialInputs.Concat(Values(function));
        return [.. names.Select(name => new BuildInput(name, function.Origin)), .. DockerfileInputs.Of(DockerfileParser.Parse(build.Dockerfile, build.DockerfilePath))];
    }

    // The name alone does not tell these: it is one value or another.
    private static IEnumerable<string> Values(FunctionModel function)
    {
        (bool IsAsked, string Name)[] values =
        [
            (function.Image.Platforms.Count > 1, CapabilityTable.SeveralPlatforms),
            (function.Image.Annotations.Count > 0, "ContainerAnnotation"),
            (function.Image.Compression is not { Algorithm: "gzip", Level: null }, "ContainerCompression"),
            (function.Image.IsEpochGiven, "SOURCE_DATE_EPOCH"),
            (function.Builder.NoCache, CapabilityTable.NoCache),
            (function.Builder.Steps.NoCacheStages.Count > 0, CapabilityTable.NoCacheStages),
            (function.Builder.Pull == PullPolicy.Never, CapabilityTable.PullNever),
            (function.Builder.InsecureRegistries.Count > 0, "ContainerInsecureRegistry"),
        ];
        return values.Where(value => value.IsAsked).Select(value => value.Name);
    }
}
