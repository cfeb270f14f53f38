using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders;

/// <summary>Chooses the builder of a build.</summary>
public static class BuilderSelection
{
    /// <summary>The builder named by <c>ContainerBuilder</c>, or with <c>auto</c> the first that honours every input and answers.</summary>
    /// <exception cref="DiagnosticException">Unknown name, an input that cannot be honoured, or no usable builder.</exception>
    public static async Task<IImageBuilder> SelectAsync(BuilderCatalog catalog, ImageBuild build, CancellationToken cancellationToken)
    {
        var name = build.Function.Builder.Name;
        return name == "auto"
            ? await FirstUsableAsync(catalog, build, cancellationToken)
            : await NamedAsync(catalog, name, build, cancellationToken);
    }

    /// <summary>Fails early, at the project file, for a name that no builder has.</summary>
    public static void EnsureKnown(BuilderCatalog catalog, string name, string project)
    {
        if (name is "auto" or "none" || catalog.Find(name) is not null)
        {
            return;
        }

        throw (BuilderCatalog.Reserved.Contains(name) ? BuilderDiagnostics.BuilderNotImplemented : BuilderDiagnostics.UnknownBuilder)
            .With(name).At(project).ToException();
    }

    private static async Task<IImageBuilder> NamedAsync(BuilderCatalog catalog, string name, ImageBuild build, CancellationToken cancellationToken)
    {
        EnsureKnown(catalog, name, build.Function.Project.Path);
        var builder = catalog.Find(name)!;
        var missing = builder.Capabilities.Missing(build.Function.Builder.SpecialInputs).ToList();
        if (missing.Count > 0)
        {
            throw new DiagnosticException([.. missing.Select(input => BuilderDiagnostics.InputNotHonoured.With(name, input).At(build.Function.Project.Path))]);
        }

        var probe = await builder.ProbeAsync(build, cancellationToken);
        return probe.Usable
            ? Chosen(builder, probe, build)
            : throw (probe.Diagnostic ?? BuilderDiagnostics.NoBuilderFound.With($"{name} ({probe.Reason})")).ToException();
    }

    private static IImageBuilder Chosen(IImageBuilder builder, BuilderProbe probe, ImageBuild build)
    {
        build.Log.Message(MessageImportance.Normal, $"Builder: {builder.Capabilities.Name} ({probe.Reason}).");
        return builder;
    }

    private static async Task<IImageBuilder> FirstUsableAsync(BuilderCatalog catalog, ImageBuild build, CancellationToken cancellationToken)
    {
        var tried = new List<string>();
        Diagnostic? only = null;
        SourceLocation? at = null;
        foreach (var builder in catalog.Builders)
        {
            var name = builder.Capabilities.Name;
            var missing = builder.Capabilities.Missing(build.Function.Builder.SpecialInputs).ToList();
            if (missing.Count > 0)
            {
                tried.Add($"{name} (cannot honour {string.Join(", ", missing)})");
                continue;
            }

            var probe = await builder.ProbeAsync(build, cancellationToken);
            if (probe.Usable)
            {
                return Chosen(builder, probe, build);
            }

            only = probe.Diagnostic;
            at ??= probe.Diagnostic?.Location;
            tried.Add($"{name} ({probe.Reason})");
        }

        // With one candidate its own error says more than a list: it names the line.
        throw (tried.Count == 1 && only is not null ? only : BuilderDiagnostics.NoBuilderFound.With(string.Join("; ", tried)).At(at ?? build.Function.Origin)).ToException();
    }
}
