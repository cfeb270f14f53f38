namespace OpenFaaS.Build.Builders;

/// <summary>What a builder honours of the contract's special inputs. Inputs not listed here are honoured by every builder.</summary>
/// <param name="Name">Value of <c>ContainerBuilder</c>.</param>
/// <param name="Honours">Names of inputs, as users type them: <c>ContainerBuildSecret</c>, <c>ContainerNetwork</c>, …</param>
public sealed record BuilderCapabilities(string Name, IReadOnlySet<string> Honours)
{
    /// <summary>The inputs of a build that this builder cannot honour.</summary>
    public IEnumerable<string> Missing(IEnumerable<string> inputs) => inputs.Where(input => !Honours.Contains(input));
}
