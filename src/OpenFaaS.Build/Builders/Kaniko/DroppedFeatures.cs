using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>
/// What the executor reads and does not do, without a word, and what depends on values: flags of instructions are in the table of capabilities. Every stage
/// counts, since the executor decides by itself which ones it builds.
/// </summary>
internal static partial class DroppedFeatures
{
    /// <exception cref="DiagnosticException">The Dockerfile has one or more of them.</exception>
    public static void Ensure(ImageBuild build, DockerfileDocument document)
    {
        var platform = build.Function.Image.Platforms[0];
        var scope = new GlobalScope(document, build.Arguments, Platform.LinuxHost, platform, build.Function.Builder.Target);
        List<Diagnostic> errors = [];
        foreach (var stage in StageGraph.Reachable(document, build.Function.Builder.Target, scope))
        {
            if (scope.ExpandPlatform(stage.From) is { } asked && asked != platform)
            {
                errors.Add(KanikoDiagnostics.StagePlatform.With(asked, platform).At(new SourceLocation(document.Path, stage.From.Line)));
            }
        }

        foreach (var add in document.Stages.SelectMany(stage => stage.Instructions).OfType<CopyInstruction>().Where(copy => copy.IsAdd))
        {
            errors.AddRange(add.Sources.Where(source => Repository().IsMatch(source)).Select(source => KanikoDiagnostics.GitSource.With(Excerpt.Of(source)).At(new SourceLocation(document.Path, add.Line))));
        }

        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }
    }

    // As BuildKit tells them: git://, git@host:, ssh://git@, and addresses whose path ends with .git, before what is wanted of it.
    [GeneratedRegex(@"\A(?:git://|git@[^/:]+:|ssh://|https?://[^#?]+\.git(?:[#?].*)?\z)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Repository();
}
