namespace OpenFaaS.Build.Builders;

/// <summary>What a builder honours of the inputs that <see cref="BuildInputs"/> knows. Inputs not known there are honoured by every builder.</summary>
/// <param name="Name">Value of <c>ContainerBuilder</c>.</param>
/// <param name="Honours">Names of inputs, as users type them, with the first version of the engine that honours the input; null for every version.</param>
public sealed record BuilderCapabilities(string Name, IReadOnlyDictionary<string, Version?> Honours)
{
    /// <summary>Whether it tells by itself what of the Dockerfile it cannot do, in the stages that it builds; then features of the Dockerfile are not checked here.</summary>
    public bool ChecksDockerfile { get; init; }

    /// <summary>The inputs of a build that this builder cannot honour.</summary>
    /// <param name="inputs">What the build asks for.</param>
    /// <param name="version">The engine's version; null where it is not known, which counts as new enough.</param>
    public IEnumerable<BuildInput> Missing(IEnumerable<BuildInput> inputs, Version? version = null) =>
        inputs.Where(input => !(ChecksDockerfile && input.IsStep)).Where(input => !Honours.TryGetValue(input.Name, out var since) || (since is not null && version is not null && version < since));
}
