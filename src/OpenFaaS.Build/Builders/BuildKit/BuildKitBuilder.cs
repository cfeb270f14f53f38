using OpenFaaS.Build.Builders.BuildKit.Endpoints;
using OpenFaaS.Build.Builders.BuildKit.Plans;
using OpenFaaS.Build.Builders.BuildKit.Routes;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.BuildKit.Solving;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit;

/// <summary>Has images made by a BuildKit daemon: one of its own, one inside a Docker Engine or another tool, or one that is started for the build.</summary>
/// <param name="surroundings">What the builds share.</param>
/// <param name="profile">Under which name, and where the daemon is.</param>
internal sealed class BuildKitBuilder(BuilderSurroundings surroundings, BuildKitProfile profile) : IImageBuilder, IAsyncDisposable
{
    private readonly EndpointPool endpoints = new(surroundings.Environment);
    private readonly SessionHost sessions = new();
    private readonly TraceFiles traces = new();

    public BuilderCapabilities Capabilities { get; } = CapabilityTable.Of(profile.Name);

    public bool ReadsByHash => true;

    public void Prepare(FunctionModel function) => _ = endpoints.PrepareAsync(profile.Place(function));

    public async ValueTask<BuilderProbe> ProbeAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        try
        {
            var function = profile.Place(build.Function);
            if (function.Builder.Name == "auto")
            {
                // What is asked for of a daemon by name is an error of the build, at its place; here another builder may honour it.
                RouteSelection.EnsureHonours(build, await endpoints.ConnectAsync(function, build.Log, cancellationToken));
            }

            return new BuilderProbe(true, await endpoints.DescribeAsync(function, build.Log, cancellationToken));
        }
        catch (DiagnosticException e)
        {
            return new BuilderProbe(false, e.Diagnostics[0].Message.TrimEnd('.'), e.Diagnostics[0]);
        }
    }

    public async Task<BuildResult> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        build = build with { Function = profile.Place(build.Function) };
        var lost = new Dictionary<string, DiagnosticException>(StringComparer.Ordinal);
        while (true)
        {
            var connection = await endpoints.ConnectAsync(build.Function, lost, build.Log, cancellationToken);
            try
            {
                return await BuildAsync(build, connection, cancellationToken);
            }
            catch (DiagnosticException e) when (e.Find<DaemonLostException>() is { } loss)
            {
                endpoints.Forget(connection);
                if (!loss.IsUndone)
                {
                    throw;
                }

                lost[connection.Address] = e;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await sessions.DisposeAsync();
        }
        finally
        {
            await endpoints.DisposeAsync();
        }
    }

    private async Task<BuildResult> BuildAsync(ImageBuild build, BuildKitConnection connection, CancellationToken cancellationToken)
    {
        await using var route = RouteSelection.Select(build, connection, surroundings.Registries);
        await using var plan = await BuildPlan.CreateAsync(build, connection, surroundings, cancellationToken);
        await using var trace = traces.Begin(build.Function, build.Log);
        var solver = new BuildKitSolver(sessions);
        for (var index = 0; index < plan.FurtherOutputs.Count; index++)
        {
            await solver.RunAsync(connection, plan.ForOutput(index), trace.Trace, cancellationToken);
        }

        var result = await solver.RunAsync(connection, plan.ForImage(route), trace.Trace, cancellationToken);
        var bases = ResolvedBases.Of(result, plan.Images, surroundings.Pin, connection.Address);
        if (connection is { Daemon.HasImageStore: false, Engine: { } engine })
        {
            bases = await ResolvedBases.CompleteAsync(bases, plan.Images, engine, cancellationToken);
        }

        var (summary, image) = await route.FinishAsync(result, cancellationToken);
        await plan.CommitAsync(result, cancellationToken);
        return new BuildResult { Summary = summary, Image = image, Bases = bases };
    }
}
