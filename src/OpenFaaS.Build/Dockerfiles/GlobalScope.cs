using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>The variables of FROM: platform arguments and the ARG instructions before the first FROM. Also knows the given build arguments for the stages.</summary>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class GlobalScope
{
    // Doubling a variable line by line would fill the memory; real Dockerfiles stay far below.
    private const long MaxExpanded = 16 * 1024 * 1024;
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly DockerfileDocument document;
    private readonly IReadOnlyDictionary<string, string> buildArguments;
    private long expanded;

    /// <param name="document">The Dockerfile.</param>
    /// <param name="buildArguments">Given build arguments.</param>
    /// <param name="build">Platform of this machine.</param>
    /// <param name="target">Platform of the image.</param>
    /// <param name="targetStage">Name of the stage to build; null or empty for the last one.</param>
    /// <exception cref="DiagnosticException">A default of a global ARG cannot be expanded.</exception>
    public GlobalScope(DockerfileDocument document, IReadOnlyDictionary<string, string> buildArguments, Platform build, Platform target, string? targetStage)
    {
        this.document = document;
        this.buildArguments = buildArguments;
        foreach (var (name, value) in PredefinedArguments.Platform(build, target, TargetName(targetStage)))
        {
            values[name] = buildArguments.GetValueOrDefault(name, value);
        }

        foreach (var argument in document.GlobalArguments)
        {
            foreach (var (name, given) in argument.Arguments)
            {
                // Later arguments of one instruction see the earlier ones.
                if ((buildArguments.GetValueOrDefault(name) ?? (given is null ? null : Expand(argument, given))) is { } value)
                {
                    values[name] = value;
                }
            }
        }
    }

    /// <summary>Given build arguments that no ARG declares and that have no meaning of their own, sorted.</summary>
    public IReadOnlyList<string> Unused
    {
        get
        {
            var declared = document.DeclaredArguments;
            return [.. buildArguments.Keys.Where(name => !declared.Contains(name) && !PredefinedArguments.Contains(name)).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The value of a variable; null if it is not set.</summary>
    /// <exception cref="WordExpansionException">Variables were expanded to more than any Dockerfile needs.</exception>
    public string? Lookup(string name) => Count(values.GetValueOrDefault(name));

    /// <summary>The image or stage that a FROM names.</summary>
    /// <exception cref="DiagnosticException">The word cannot be expanded, or gives nothing.</exception>
    public string ExpandBase(FromInstruction from) => Expand(from, from.Base) is { Length: > 0 } name
        ? name
        : throw DockerfileDiagnostics.InvalidStageReference.With("FROM", Excerpt.Of(from.Base), "its variables are empty").At(document.Path, from.Line).ToException();

    /// <summary>The platform of <c>FROM --platform</c>; null if there is none.</summary>
    /// <exception cref="DiagnosticException">The word cannot be expanded, or is no platform.</exception>
    public Platform? ExpandPlatform(FromInstruction from)
    {
        if (from.Platform is not { } word)
        {
            return null;
        }

        var text = Expand(from, word);
        return Platform.TryParse(text, out var platform)
            ? platform
            : throw EmbeddedDiagnostics.InvalidValue.With("--platform of FROM", Excerpt.Of(text), "a platform such as linux/arm64").At(document.Path, from.Line).ToException();
    }

    /// <summary>The scope of a stage whose base is an image or scratch.</summary>
    public StageScope BeginStage() => new(this);

    /// <summary>The build argument that was given for a name.</summary>
    internal string? Given(string name) => buildArguments.GetValueOrDefault(name);

    /// <summary>The value of a global variable for a stage that declares it without a default.</summary>
    internal string? Inherited(string name) => values.GetValueOrDefault(name);

    /// <summary>Counts a value that takes part in an expansion.</summary>
    internal string? Count(string? value)
    {
        expanded += value?.Length ?? 0;
        return expanded <= MaxExpanded ? value : throw new WordExpansionException($"the variables of this Dockerfile grow to more than {MaxExpanded} characters");
    }

    private string TargetName(string? targetStage) =>
        targetStage is { Length: > 0 } ? targetStage : document.Stages[^1].From.Alias ?? "default";

    private string Expand(Instruction instruction, string word)
    {
        try
        {
            return WordExpander.Expand(word, document.Escape, Lookup);
        }
        catch (WordExpansionException e)
        {
            throw DockerfileDiagnostics.InvalidExpansion.With(Excerpt.Of(word), Excerpt.Of(e.Message)).At(document.Path, instruction.Line).ToException(e);
        }
    }
}
