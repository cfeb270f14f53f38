using OpenFaaS.Build.Engines;

namespace OpenFaaS.Build.Builders.Docker.Endpoints;

/// <summary>An engine that has answered.</summary>
/// <param name="Endpoint">Where it was found.</param>
/// <param name="Address">The way to it.</param>
/// <param name="Greeting">What it says of itself.</param>
internal sealed record DockerEngine(DockerEndpoint Endpoint, EngineAddress Address, EngineGreeting Greeting)
{
    /// <summary>Its API, in the version that both sides speak.</summary>
    public EngineApi Api { get; } = new(Address, Greeting.Negotiated);

    /// <summary>Whether it has BuildKit in it: every engine whose containers run on Linux.</summary>
    public bool HasBuildKit => Greeting.OperatingSystem != "windows";
}
