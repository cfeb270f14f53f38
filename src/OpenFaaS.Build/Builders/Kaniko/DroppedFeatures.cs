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

        errors.AddRange(new[] { true, false }
            .SelectMany(isEnvironmentFirst => new AddSources(document, scope, isEnvironmentFirst).All())
            .Select(source => ProblemOf(source)?.At(new SourceLocation(document.Path, source.Add.Line)))
            .OfType<Diagnostic>()
            .DistinctBy(problem => (problem.Descriptor, problem.Message, problem.Location)));
        if (errors.Count > 0)
        {
            throw new DiagnosticException(errors);
        }
    }

    private static Diagnostic? ProblemOf(AddSource source) =>
        Repository().IsMatch(source.Value) ? KanikoDiagnostics.GitSource.With(Excerpt.Of(source.Text))
        : Undecided().IsMatch(source.Value) ? KanikoDiagnostics.UndecidedSource.With(Excerpt.Of(source.Text))
        : null;

    // As BuildKit tells them: git://, git@host:, ssh://git@, and addresses whose path ends with .git, before what is wanted of it.
    [GeneratedRegex(@"\A(?i:git://|git@[^/:]+:|ssh://|https?://[^#?]+\.(?-i:git)(?:[#?].*)?\z)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Repository();

    // One whose scheme may come from a value that is not known, and an address whose path ends with such a value, or may end as a repository's by it.
    [GeneratedRegex(@"\A(?i:\uFFFF|(?:g|gi|git|s|ss|ssh|h|ht|htt|http|https)(?::/?)?\uFFFF|git@[^/:]*\uFFFF|https?://[^#?]*\uFFFF(?-i:\.?git|it|t)?(?:[#?].*)?\z)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Undecided();
}
