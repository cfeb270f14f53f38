using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit.Routes;

/// <summary>What an engine without the containerd image store cannot do.</summary>
internal static class ClassicStore
{
    /// <exception cref="DiagnosticException">The build asks for something of it.</exception>
    public static void EnsureHonours(ImageBuild build, string address, bool isOwnEngine)
    {
        var (image, steps) = (build.Function.Image, build.Function.Builder.Steps);
        List<string> inputs = [];
        Add(image.Platforms.Count > 1, "ContainerPlatforms with several platforms");
        Add(image.Annotations.Count > 0, "@(ContainerAnnotation)");
        Add(image.Compression is not { Algorithm: "gzip", Level: null }, "ContainerCompression");
        Add(steps.Provenance is not null, "ContainerProvenance");
        Add(steps.Sbom is not null, "ContainerSbom");
        Add(build.Function.Destination is not RegistryDestination && !isOwnEngine, "an archive, or another engine, as destination");
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
