using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders;

/// <summary>What a build's Dockerfile refers to.</summary>
internal static class References
{
    private const string Generator = "generator=";
    private const string Syntax = "BUILDKIT_SYNTAX";

    /// <summary>Images of FROM, <c>COPY --from</c> and <c>RUN --mount=from=</c> that no named context replaces, for every platform, each once.</summary>
    public static IReadOnlyList<ImageReference> Images(ImageBuild build, DockerfileDocument document) => [.. Located(build, document).Select(image => image.Image)];

    /// <summary>The same images, each with the first place that names it.</summary>
    public static IReadOnlyList<(ImageReference Image, SourceLocation At)> Located(ImageBuild build, DockerfileDocument document)
    {
        var target = build.Function.Builder.Target;
        var contexts = build.Function.Builder.Steps.Contexts.Select(context => ContextName.Normalize(context.Name)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return
        [
            .. build.Function.Image.Platforms
                .SelectMany(platform => StageImages.Of(document, target, new GlobalScope(document, build.Arguments, Platform.LinuxHost, platform, target)))
                .Where(image => ContextName.Normalize(image.Image.ToString()) is not { } name || !contexts.Contains(name))
                .DistinctBy(image => image.Image),
        ];
    }

    /// <summary>The image of the frontend that the build argument <c>BUILDKIT_SYNTAX</c> names, else <c># syntax=</c>; or null.</summary>
    public static ImageReference? Frontend(ImageBuild build, DockerfileDocument document) =>
        ImageReference.TryParse(build.Arguments.GetValueOrDefault(Syntax) ?? document.Syntax ?? "", out var image) ? image : null;

    /// <summary>The image that makes the SBOM, or null for the daemon's own choice.</summary>
    public static ImageReference? Scanner(StepsModel steps) =>
        steps.Sbom?.Split(',').FirstOrDefault(option => option.StartsWith(Generator, StringComparison.Ordinal)) is { } option
        && ImageReference.TryParse(option[Generator.Length..], out var image) ? image : null;

    /// <summary>Pins as named contexts: the frontend takes the image by its digest wherever the Dockerfile says its name.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pins(IEnumerable<ImageReference> images, Func<ImageReference, Digest?> pin) =>
        from image in images
        where image.Digest is null
        let digest = pin(image)
        where digest is not null
        select new KeyValuePair<string, string>("context:" + ContextName.Of(image), $"docker-image://{image with { Tag = image.Tag ?? "latest" }}@{digest}");
}
