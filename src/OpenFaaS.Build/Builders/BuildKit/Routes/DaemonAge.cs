using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>What daemons of earlier versions leave out without a word: attributes that they do not know are no error to them.</summary>
internal static class DaemonAge
{
    private static readonly Version Ulimits = new(0, 10);
    private static readonly Version Attestations = new(0, 11);
    private static readonly Version Epoch = new(0, 11);
    private static readonly Version RewrittenTimes = new(0, 13);

    /// <exception cref="DiagnosticException">The build asks for something that would be missing.</exception>
    public static void EnsureHonours(ImageBuild build, BuildKitConnection connection)
    {
        var (image, steps, daemon) = (build.Function.Image, build.Function.Builder.Steps, connection.Daemon);
        List<(string Input, Version Since)> inputs = [];
        Add(steps.Ulimits.Count > 0, "@(ContainerUlimit)", Ulimits);
        Add(image.Annotations.Count > 0, "@(ContainerAnnotation)", Attestations);
        Add(steps.Provenance is not null, "ContainerProvenance", Attestations);
        Add(steps.Sbom is not null, "ContainerSbom", Attestations);
        if (inputs.Count > 0)
        {
            throw new DiagnosticException([.. inputs.Select(input => BuildKitBuildDiagnostics.DaemonTooOld.With(connection.Address, input.Input, input.Since).At(build.Function.Origin))]);
        }

        void Add(bool isAsked, string input, Version since)
        {
            if (isAsked && daemon.IsBefore(since))
            {
                inputs.Add((input, since));
            }
        }
    }

    /// <summary>Warns of what the image will lack without harm to what is in it.</summary>
    public static void Warn(ImageBuild build, BuildKitConnection connection)
    {
        // The exporter into an engine's old store has never rewritten times.
        if (build.Function.Image.IsEpochGiven && (connection.Daemon.IsBefore(RewrittenTimes) || !connection.Daemon.HasImageStore))
        {
            build.Log.Report(BuildKitBuildDiagnostics.TimesNotRewritten
                .With(connection.Address, connection.Daemon.IsBefore(Epoch) ? "the image's own time and those of files that steps made" : "the times of files that steps made")
                .At(build.Function.Origin));
        }
    }
}
