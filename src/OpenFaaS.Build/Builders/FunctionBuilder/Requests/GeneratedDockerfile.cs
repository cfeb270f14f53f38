using OpenFaaS.Build.Builders.DockerfileEdits;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.FunctionBuilder.Requests;

/// <summary>Writes into the Dockerfile what the API has no field for: the target by leaving out what follows it, labels, digests of base images.</summary>
internal static class GeneratedDockerfile
{
    /// <param name="build">The build.</param>
    /// <param name="document">Its Dockerfile, parsed.</param>
    /// <param name="digests">Digests of base images.</param>
    /// <param name="pin">The digest that an image is pinned to by the lock file; null for one that is not.</param>
    /// <exception cref="DiagnosticException">A label cannot be written, or a pin cannot.</exception>
    public static EditedDockerfile Of(ImageBuild build, DockerfileDocument document, IReadOnlyDictionary<ImageReference, Digest> digests, Func<ImageReference, Digest?> pin)
    {
        var varying = PinnedBases.Varying(document, build);
        if (varying.FirstOrDefault(image => pin(image) is not null) is { } pinned)
        {
            throw ToolBuildDiagnostics.PinNotPossible.With(pinned, pin(pinned), "The OpenFaaS builder").At(build.Function.Origin).ToException();
        }

        var editor = new DockerfileEditor(build.Dockerfile, document);
        PinnedBases.Write(editor, build, image => varying.Contains(image) || !digests.TryGetValue(image, out var digest) ? null : digest);
        var target = StageGraph.Target(document, build.Function.Builder.Target);
        if (target.Index + 1 < document.Stages.Count)
        {
            editor.EndWith(target);
        }

        editor.AddTo(target, build.Function.Image.Labels.Select(label => $"LABEL {Quote(label.Key, label.Key, document.Escape, build)}={Quote(label.Value, label.Key, document.Escape, build)}"));
        return editor.Finish();
    }

    /// <summary>Build arguments, and the one that says which stage is built where the Dockerfile asks for it.</summary>
    public static IReadOnlyDictionary<string, string> Arguments(ImageBuild build, DockerfileDocument document)
    {
        const string Stage = "TARGETSTAGE";
        var arguments = new SortedDictionary<string, string>(build.Arguments.ToDictionary(), StringComparer.Ordinal);
        if (document.DeclaredArguments.Contains(Stage) && build.Function.Builder.Target is { } target)
        {
            arguments.TryAdd(Stage, target);
        }

        return arguments;
    }

    private static string Quote(string text, string label, char escape, ImageBuild build) => QuotedWord.CanHold(text)
        ? QuotedWord.Of(text, escape)
        : throw InputDiagnostics.InvalidProperty.With($"@(ContainerLabel) '{label.ReplaceLineEndings("\\n")}'", text.ReplaceLineEndings("\\n"), "a name and a value on one line, as the OpenFaaS builder needs them")
            .At(build.Function.Origin).ToException();
}
