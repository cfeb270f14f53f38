namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>
/// What the executor is to do. A runner brings context, Dockerfile, configuration and certificates to where the executor reads them, and adds the
/// arguments that name these places: see <see cref="ExecutorPlaces"/>.
/// </summary>
internal sealed record KanikoRun
{
    /// <summary>The build: its context, its temporary folder, its log.</summary>
    public required ImageBuild Build { get; init; }

    /// <summary>
    /// Text of the Dockerfile as the executor reads it; it is not part of the context. Beside it, under the same name with <c>.dockerignore</c>, has to
    /// lie <see cref="ExecutorPlaces.NoIgnore"/>: <c>.dockerignore</c> of the context is applied already.
    /// </summary>
    public required string Dockerfile { get; init; }

    /// <summary>The executor's arguments, without those that name places. No secret is in them.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>
    /// Environment variables of the executor: values of build arguments that <see cref="Arguments"/> name without a value. They are secret, and may not be in
    /// an argument list or a pod's specification.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Content of docker's <c>config.json</c> with the credentials of the registries in use, and of no others; there without credentials too.</summary>
    public required ReadOnlyMemory<byte> DockerConfig { get; init; }

    /// <summary>Authorities in PEM form by the registry (<c>host:port</c>) whose certificates they issue.</summary>
    public required IReadOnlyDictionary<string, string> Certificates { get; init; }

    /// <summary>Full path of the empty folder that gets the image as an OCI layout; null where the executor pushes it.</summary>
    public string? LayoutFolder { get; init; }

    /// <summary>Takes what the executor says.</summary>
    public required ExecutorOutput Output { get; init; }
}
