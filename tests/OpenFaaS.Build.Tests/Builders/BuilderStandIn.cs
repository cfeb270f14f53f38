using OpenFaaS.Build.Builders;

namespace OpenFaaS.Build.Tests.Builders;

/// <summary>A builder that only answers probes.</summary>
internal sealed class BuilderStandIn(string name, Func<CancellationToken, ValueTask<BuilderProbe>> probe) : IImageBuilder
{
    private int probes;

    public BuilderCapabilities Capabilities => CapabilityTable.Of(name);

    /// <summary>How often it was asked.</summary>
    public int Probes => probes;

    public static BuilderStandIn Usable(string name, Version? version = null) => new(name, _ => new(new BuilderProbe(true, "here") { Version = version }));

    public static BuilderStandIn Missing(string name) => new(name, _ => new(new BuilderProbe(false, "not here")));

    /// <summary>Answers only when it is cancelled.</summary>
    public static BuilderStandIn Silent(string name) => new(name, async token =>
    {
        await Task.Delay(Timeout.Infinite, token);
        return new BuilderProbe(true, "never");
    });

    public ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref probes);
        return probe(cancellationToken);
    }

    public Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken) => throw new NotSupportedException();
}
