using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit;

/// <summary>Under which name BuildKit is used: as itself, or as a part of an engine that brings it along.</summary>
/// <param name="Name">Value of <c>ContainerBuilder</c>, and the engine's column in <see cref="CapabilityTable"/>.</param>
/// <param name="Engine">How the daemon is reached, from how the user says the engine is.</param>
internal sealed record BuildKitProfile(string Name, Func<EngineModel, EngineModel> Engine)
{
    /// <summary>BuildKit as itself.</summary>
    public static BuildKitProfile Own { get; } = new("buildkit", engine => engine);

    /// <summary>The function with the daemon's place instead of the engine's.</summary>
    public FunctionModel Place(FunctionModel function) => function with { Builder = function.Builder with { Engine = Engine(function.Builder.Engine) } };
}
