using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders;

/// <summary>Chooses the builder of a build.</summary>
public static class BuilderSelection
{
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(2);

    /// <summary>The builder named by <c>ContainerBuilder</c>, or with <c>auto</c> the first that honours every input and answers.</summary>
    /// <exception cref="DiagnosticException">Unknown name, an input that cannot be honoured, or no usable builder.</exception>
    public static async Task<IImageBuilder> SelectAsync(BuilderCatalog catalog, ImageBuild build, CancellationToken cancellationToken)
    {
        var name = build.Function.Builder.Name;
        var (builder, probe) = name == "auto"
            ? await FirstUsableAsync(catalog, build, cancellationToken)
            : await NamedAsync(catalog, name, build, cancellationToken);
        build.Log.Message(MessageImportance.Normal, $"Builder: {builder.Capabilities.Name} ({probe.Reason}).");
        return builder;
    }

    /// <summary>Fails early, at the project file, for a name that no builder has.</summary>
    public static void EnsureKnown(BuilderCatalog catalog, string name, string project)
    {
        if (name is "auto" or "none" || catalog.Find(name) is not null)
        {
            return;
        }

        if (name == "kim")
        {
            throw LegacyToolDiagnostics.KimReplaced.With().At(project).ToException();
        }

        throw BuilderDiagnostics.UnknownBuilder.With(name).At(project).ToException();
    }

    private static async Task<(IImageBuilder Builder, BuilderProbe Probe)> NamedAsync(BuilderCatalog catalog, string name, ImageBuild build, CancellationToken cancellationToken)
    {
        EnsureKnown(catalog, name, build.Function.Project.Path);
        var builder = catalog.Find(name)!;
        var capabilities = builder.CapabilitiesOf(build);
        var inputs = BuildInputs.Of(build);
        EnsureHonoured(name, capabilities.Missing(inputs));
        var probe = await builder.ProbeAsync(build, cancellationToken);
        if (!probe.Usable)
        {
            throw (probe.Diagnostic ?? BuilderDiagnostics.NoBuilderFound.With($"{name} ({probe.Reason})")).ToException();
        }

        EnsureHonoured($"{name} {probe.Version}", capabilities.Missing(inputs, probe.Version));
        return (builder, probe);
    }

    private static void EnsureHonoured(string name, IEnumerable<BuildInput> missing)
    {
        Diagnostic[] errors = [.. missing.Select(input => BuilderDiagnostics.InputNotHonoured.With(name, input.Name, CapabilityTable.Honouring(input.Name)).At(input.Location))];
        if (errors.Length > 0)
        {
            throw new DiagnosticException(errors);
        }
    }

    private static async Task<(IImageBuilder Builder, BuilderProbe Probe)> FirstUsableAsync(BuilderCatalog catalog, ImageBuild build, CancellationToken cancellationToken)
    {
        var inputs = BuildInputs.Of(build);
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<(IImageBuilder Builder, Task<BuilderProbe> Probe)> probes = [];
        foreach (var builder in catalog.Automatic)
        {
            var probe = ProbeAsync(builder, build, inputs, decided.Token);
            probes.Add((builder, probe));

            // Whoever needs no engine knows at once, and then none has to be asked.
            if (probe is { IsCompletedSuccessfully: true, Result.Usable: true } && probes.TrueForAll(earlier => earlier.Probe.IsCompleted))
            {
                break;
            }
        }

        List<BuilderProbe> failed = [];
        foreach (var (builder, pending) in probes)
        {
            var probe = await pending;
            if (probe.Usable)
            {
                await decided.CancelAsync();
                return (builder, probe);
            }

            failed.Add(probe);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var tried = probes.Zip(failed, (candidate, probe) => $"{candidate.Builder.Capabilities.Name} ({probe.Reason})");
        var location = failed.Select(probe => probe.Diagnostic?.Location).FirstOrDefault(place => place is not null);
        var lacking = probes.Zip(failed, (candidate, probe) => candidate.Builder.CapabilitiesOf(build).Missing(inputs, probe.Version)).SelectMany(missing => missing).Select(input => input.Name);
        var able = string.Concat(lacking.Distinct(StringComparer.Ordinal).Select(name => $". {name} is honoured by: {CapabilityTable.Honouring(name)}"));
        throw BuilderDiagnostics.NoBuilderFound.With(string.Join("; ", tried) + able).At(location ?? build.Function.Origin).ToException();
    }

    // A probe that fails or takes too long is no reason not to take another builder.
    private static async Task<BuilderProbe> ProbeAsync(IImageBuilder builder, ImageBuild build, IReadOnlyList<BuildInput> inputs, CancellationToken cancellationToken)
    {
        var capabilities = builder.CapabilitiesOf(build);
        if (Without(capabilities.Missing(inputs)) is { } reason)
        {
            return new BuilderProbe(false, reason);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestProbe);
        try
        {
            var probe = await builder.ProbeAsync(build, limit.Token);
            return probe.Usable && Without(capabilities.Missing(inputs, probe.Version)) is { } problem
                ? new BuilderProbe(false, $"version {probe.Version} {problem}") { Version = probe.Version }
                : probe;
        }
        catch (OperationCanceledException)
        {
            return new BuilderProbe(false, $"no answer within {LongestProbe.TotalSeconds} s");
        }
        catch (DiagnosticException e)
        {
            return new BuilderProbe(false, e.Diagnostics[0].Message.TrimEnd('.'), e.Diagnostics[0]);
        }
    }

    private static string? Without(IEnumerable<BuildInput> missing) =>
        missing.Select(input => input.Name).ToList() is { Count: > 0 } names ? $"cannot honour {string.Join(", ", names)}" : null;
}
