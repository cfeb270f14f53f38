using System.Globalization;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Which stages a build needs, and what FROM, <c>COPY --from</c> and <c>RUN --mount=from=</c> refer to.</summary>
internal static class StageGraph
{
    /// <summary>The stage to build.</summary>
    /// <param name="document">The Dockerfile.</param>
    /// <param name="target">Name (in any case) or number; null or empty for the last stage.</param>
    /// <exception cref="DiagnosticException">There is no such stage.</exception>
    public static Stage Target(DockerfileDocument document, string? target) =>
        string.IsNullOrEmpty(target) ? document.Stages[^1]
        : FindByName(document, target) is { } stage ? stage
        : int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < document.Stages.Count ? document.Stages[number]
        : throw EmbeddedDiagnostics.UnknownTarget.With(Excerpt.Of(target)).At(document.Path).ToException();

    /// <summary>The target and the stages that it needs, in the order in which they are built.</summary>
    /// <exception cref="DiagnosticException">There is no such target, a FROM of any stage cannot be expanded, or a <c>COPY --from</c> is invalid.</exception>
    public static IReadOnlyList<Stage> Reachable(DockerfileDocument document, string? target, GlobalScope scope)
    {
        var last = Target(document, target);
        var needed = new bool[document.Stages.Count];
        var parents = document.Stages.Select(stage => Parent(document, stage, scope.ExpandBase(stage.From))).ToList();
        var sources = document.Stages.Select(stage => Sources(document, stage)).ToList();
        needed[last.Index] = true;

        // What a stage needs stands before it, so that one pass from the end finds everything.
        for (var i = last.Index; i >= 0; i--)
        {
            if (!needed[i])
            {
                continue;
            }

            if (parents[i] is { } parent)
            {
                needed[parent.Index] = true;
            }

            // Those that are wrong are for the engine to refuse: nothing here executes RUN.
            foreach (var source in Mounted(document, document.Stages[i]).Where(source => source.Index < i))
            {
                needed[source.Index] = true;
            }

            foreach (var (copy, source) in sources[i])
            {
                needed[source.Index] = source.Index < i ? true : throw Invalid(document, copy, "the stage stands after this one");
            }
        }

        return [.. document.Stages.Where(stage => needed[stage.Index])];
    }

    /// <summary>The earlier stage that a FROM's expanded base names, in the case of its name; null if the base is an image or <c>scratch</c>.</summary>
    public static Stage? Parent(DockerfileDocument document, Stage stage, string expandedBase) =>
        document.Stages.Take(stage.Index).LastOrDefault(earlier => earlier.From.Alias == expandedBase);

    /// <summary>The stage that a <c>COPY --from</c> names, in any case or by number; null if it is an image.</summary>
    /// <exception cref="DiagnosticException">The number is that of no stage, or the name has variables or quotes.</exception>
    public static Stage? Source(DockerfileDocument document, CopyInstruction copy)
    {
        if (copy.From is not { } name)
        {
            return null;
        }

        if (!IsPlain(name, document.Escape))
        {
            throw Invalid(document, copy, "variables, quotes and escapes are not expanded here");
        }

        return !int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? FindByName(document, name)
            : number >= 0 && number < document.Stages.Count ? document.Stages[number]
            : throw Invalid(document, copy, "there is no stage of this number");
    }

    /// <summary>The stage that a <c>RUN --mount=from=</c> names, in any case or by number; null if it is an image, or nothing.</summary>
    public static Stage? MountSource(DockerfileDocument document, string name) =>
        FindByName(document, name)
        ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < document.Stages.Count ? document.Stages[number] : null);

    private static IEnumerable<Stage> Mounted(DockerfileDocument document, Stage stage) =>
        stage.Instructions.OfType<RunInstruction>().SelectMany(run => run.MountSources).Select(name => MountSource(document, name)).OfType<Stage>();

    private static List<(CopyInstruction Copy, Stage Source)> Sources(DockerfileDocument document, Stage stage)
    {
        var sources = new List<(CopyInstruction, Stage)>();
        foreach (var copy in stage.Instructions.OfType<CopyInstruction>())
        {
            if (Source(document, copy) is { } source)
            {
                sources.Add(source.Index != stage.Index ? (copy, source) : throw Invalid(document, copy, "a stage cannot copy from itself"));
            }
        }

        return sources;
    }

    private static Stage? FindByName(DockerfileDocument document, string name) =>
        document.Stages.LastOrDefault(stage => string.Equals(stage.From.Alias, name, StringComparison.OrdinalIgnoreCase));

    private static bool IsPlain(string name, char escape)
    {
        try
        {
            return WordExpander.Expand(name, escape, _ => null) == name;
        }
        catch (WordExpansionException)
        {
            return false;
        }
    }

    private static DiagnosticException Invalid(DockerfileDocument document, CopyInstruction copy, string reason) =>
        DockerfileDiagnostics.InvalidStageReference.With("COPY --from", Excerpt.Of(copy.From!), reason).At(document.Path, copy.Line).ToException();
}
