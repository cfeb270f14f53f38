using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders;

/// <summary>A builder whose engine nobody works on any more: it builds, and says once a publish what replaces it.</summary>
/// <param name="builder">The builder.</param>
/// <param name="since">The year of the last change.</param>
/// <param name="successors">What replaces it, as a phrase.</param>
internal sealed class RetiredEngineBuilder(IImageBuilder builder, int since, string successors) : IImageBuilder, IAsyncDisposable
{
    private int warned;

    public BuilderCapabilities Capabilities => builder.Capabilities;

    public BuilderCapabilities CapabilitiesOf(ImageBuild build) => builder.CapabilitiesOf(build);

    public bool ReadsByHash => builder.ReadsByHash;

    public void Prepare(FunctionModel function) => builder.Prepare(function);

    public ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken) => builder.ProbeAsync(build, cancellationToken);

    public Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref warned, 1) == 0)
        {
            build.Log.Report(LegacyToolDiagnostics.Retired.With(Capabilities.Name, since, successors).At(build.Function.Project.Path));
        }

        return builder.BuildAsync(build, cancellationToken);
    }

    public ValueTask DisposeAsync() => (builder as IAsyncDisposable)?.DisposeAsync() ?? ValueTask.CompletedTask;
}
