using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>Base images by the names that a Dockerfile writes, as named contexts: the engine then takes the image by its digest, and what was found out before is what is built on.</summary>
internal static class PinnedNames
{
    /// <param name="build">The build.</param>
    /// <param name="document">Its Dockerfile.</param>
    /// <param name="digests">Digests of images.</param>
    /// <returns>Images with their digests by name. A name that is a stage's too is left alone.</returns>
    public static IReadOnlyDictionary<string, ImageReference> Of(ImageBuild build, DockerfileDocument document, IReadOnlyDictionary<ImageReference, Digest> digests)
    {
        var target = build.Function.Builder.Target;
        var stages = document.Stages.Select(stage => stage.From.Alias).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = new SortedDictionary<string, ImageReference>(StringComparer.Ordinal);
        foreach (var name in build.Function.Image.Platforms
            .Select(platform => new GlobalScope(document, build.Arguments, Platform.LinuxHost, platform, target))
            .SelectMany(scope => StageGraph.Reachable(document, target, scope).SelectMany(stage => Names(stage, scope)))
            .Where(name => !stages.Contains(name)))
        {
            if (ImageReference.TryParse(name, out var image) && image.Digest is null && digests.TryGetValue(image, out var digest))
            {
                names[name] = image with { Tag = null, Digest = digest };
            }
        }

        return names;
    }

    private static IEnumerable<string> Names(Stage stage, GlobalScope scope) =>
    [
        scope.ExpandBase(stage.From),
        .. stage.Instructions.OfType<CopyInstruction>().Select(copy => copy.From).OfType<string>(),
        .. stage.Instructions.OfType<RunInstruction>().SelectMany(run => run.MountSources),
    ];
}
