using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>Pins for daemons that may know no named contexts: they stand in the Dockerfile.</summary>
internal static class WrittenPins
{
    /// <summary>The build with a digest behind the name of every pinned image.</summary>
    /// <param name="build">The build.</param>
    /// <param name="document">Its Dockerfile, parsed.</param>
    /// <param name="images">The images that it names.</param>
    /// <param name="pin">The digest that an image is pinned to; null for one that is not.</param>
    /// <param name="address">The daemon, for messages.</param>
    /// <exception cref="DiagnosticException">A pinned image is named where no digest can be written.</exception>
    public static ImageBuild Of(ImageBuild build, DockerfileDocument document, IReadOnlyList<ImageReference> images, Func<ImageReference, Digest?> pin, string address)
    {
        var pinned = images.Where(image => image.Digest is null && pin(image) is not null).ToList();
        if (pinned.Count == 0)
        {
            return build;
        }

        var mounted = document.Stages.SelectMany(stage => stage.Instructions).OfType<RunInstruction>().SelectMany(run => run.MountSources)
            .Select(source => ImageReference.TryParse(source, out var image) ? image : null);
        if (pinned.Find(PinnedBases.Varying(document, build).Concat(mounted).Contains) is { } impossible)
        {
            throw ToolBuildDiagnostics.PinNotPossible.With(impossible, pin(impossible), $"the BuildKit at {address}").At(build.Function.Origin).ToException();
        }

        var editor = new DockerfileEditor(build.Dockerfile, document);
        PinnedBases.Write(editor, build, image => pinned.Contains(image) ? pin(image) : null);
        return build with { Dockerfile = editor.Finish().Text };
    }
}
