using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>The images that a build starts from: those of FROM, <c>COPY --from</c> and <c>RUN --mount=from=</c>, in the stages that the target needs.</summary>
internal static class StageImages
{
    /// <summary>Each image once, with the first place that names it.</summary>
    /// <exception cref="DiagnosticException">A stage cannot be resolved, or a name is no image reference.</exception>
    public static IReadOnlyList<(ImageReference Image, SourceLocation At)> Of(DockerfileDocument document, string? target, GlobalScope scope) =>
    [
        .. StageGraph.Reachable(document, target, scope)
            .SelectMany(stage => Of(document, stage, scope))
            .DistinctBy(image => image.Image),
    ];

    private static IEnumerable<(ImageReference Image, SourceLocation At)> Of(DockerfileDocument document, Stage stage, GlobalScope scope)
    {
        var name = scope.ExpandBase(stage.From);
        if (name != "scratch" && StageGraph.Parent(document, stage, name) is null)
        {
            yield return Parse(document, stage.From, name);
        }

        foreach (var copy in stage.Instructions.OfType<CopyInstruction>().Where(copy => copy.From is not null && StageGraph.Source(document, copy) is null))
        {
            yield return Parse(document, copy, copy.From!);
        }

        // A name with variables is none, and one that is wrong is for the engine to refuse.
        foreach (var (run, source) in stage.Instructions.OfType<RunInstruction>().SelectMany(run => run.MountSources, (run, source) => (run, source)))
        {
            if (StageGraph.MountSource(document, source) is null && ImageReference.TryParse(source, out var image))
            {
                yield return (image, new SourceLocation(document.Path, run.Line));
            }
        }
    }

    private static (ImageReference Image, SourceLocation At) Parse(DockerfileDocument document, Instruction instruction, string name)
    {
        var at = new SourceLocation(document.Path, instruction.Line);
        return ImageReference.TryParse(name, out var reference)
            ? (reference, at)
            : throw EmbeddedDiagnostics.ReservedStageName.With(Excerpt.Of(name), "it is no stage and no image reference").At(at).ToException();
    }
}
