using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>What an engine without the containerd image store cannot do.</summary>
internal static class ClassicStore
{
    /// <exception cref="DiagnosticException">The build asks for something of it.</exception>
    public static void EnsureHonours(ImageBuild build, string address)
    {
        var (image, steps) = (build.Function.Image, build.Function.Builder.Steps);
        List<string> inputs = [];
        Add(image.Platforms.Count > 1, "ContainerPlatforms with several platforms");
        Add(image.Annotations.Count > 0, "@(ContainerAnnotation)");
        Add(image.Compression is not { Algorithm: "gzip", Level: null }, "ContainerCompression");
        Add(steps.Provenance is not null, "ContainerProvenance");
        Add(steps.Sbom is not null, "ContainerSbom");
        if (inputs.Count > 0)
        {
            throw new DiagnosticException([.. inputs.Select(input => BuildKitBuildDiagnostics.EngineCannotHonour.With(address, input).At(build.Function.Origin))]);
        }

        void Add(bool isAsked, string input)
        {
            if (isAsked)
            {
                inputs.Add(input);
            }
        }
    }
}
