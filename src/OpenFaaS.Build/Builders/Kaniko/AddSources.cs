using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>One source of an ADD.</summary>
/// <param name="Add">The instruction.</param>
/// <param name="Text">The source as written.</param>
/// <param name="Value">The source as the executor may see it, with <see cref="AddSources.Unknown"/> for every value that the Dockerfile does not tell.</param>
internal sealed record AddSource(CopyInstruction Add, string Text, string Value);

/// <summary>
/// What ADD takes, its variables replaced. Versions of the executor differ in what goes before where ARG and ENV set the same name, so that whoever asks has to
/// ask for both.
/// </summary>
/// <param name="document">The Dockerfile.</param>
/// <param name="global">Its global variables and the given build arguments.</param>
/// <param name="isEnvironmentFirst">Whether ENV goes before ARG.</param>
internal sealed class AddSources(DockerfileDocument document, GlobalScope global, bool isEnvironmentFirst)
{
    /// <summary>Stands for a value that no ARG and no ENV of the stage sets: the base image may, or an ARG of another stage.</summary>
    public const char Unknown = '\uFFFF';

    private readonly Dictionary<int, Variables> stages = [];

    /// <summary>The sources of every stage, in order.</summary>
    /// <exception cref="DiagnosticException">A source, or a FROM, cannot be expanded.</exception>
    public IEnumerable<AddSource> All() => document.Stages.SelectMany(Of);

    private IEnumerable<AddSource> Of(Stage stage)
    {
        var parent = StageGraph.Parent(document, stage, global.ExpandBase(stage.From));
        var variables = stages[stage.Index] = parent is null ? new Variables(global.BeginStage(), global.BeginStage(), []) : stages[parent.Index].Inherit();
        foreach (var instruction in stage.Instructions)
        {
            switch (instruction)
            {
                case ArgInstruction argument:
                    variables.Arguments.Declare(argument, word => ValueOf(word, variables));
                    variables.Declared.UnionWith(argument.Arguments.Select(pair => pair.Key));
                    break;
                case EnvInstruction env:
                    // All values of one instruction see the environment as it was before it.
                    foreach (var (name, value) in env.Pairs.Select(pair => (ValueOf(pair.Key, variables), ValueOf(pair.Value, variables))).ToList())
                    {
                        variables.Environment.SetEnvironment(name, value);
                    }

                    break;
                case CopyInstruction { IsAdd: true } add:
                    foreach (var source in add.Sources)
                    {
                        yield return new AddSource(add, source, Expand(add, source, variables));
                    }

                    break;
            }
        }
    }

    private string Expand(CopyInstruction add, string word, Variables variables)
    {
        try
        {
            return Expanded(word, variables);
        }
        catch (WordExpansionException e)
        {
            throw DockerfileDiagnostics.InvalidExpansion.With(Excerpt.Of(word), Excerpt.Of(e.Message)).At(document.Path, add.Line).ToException(e);
        }
    }

    // What is wrong with it is for the executor to say, unless an ADD has need of it.
    private string ValueOf(string word, Variables variables)
    {
        try
        {
            return Expanded(word, variables);
        }
        catch (WordExpansionException)
        {
            return Unknown.ToString();
        }
    }

    private string Expanded(string word, Variables variables) => WordExpander.Expand(word, document.Escape, name => Lookup(name, variables));

    private string? Lookup(string name, Variables variables)
    {
        var (first, second) = isEnvironmentFirst ? (variables.Environment, variables.Arguments) : (variables.Arguments, variables.Environment);
        return first.Lookup(name) ?? second.Lookup(name) ?? (variables.Declared.Contains(name) ? null : Unknown.ToString());
    }

    /// <summary>The variables of a stage so far.</summary>
    private sealed record Variables(StageScope Arguments, StageScope Environment, HashSet<string> Declared)
    {
        public Variables Inherit() => new(Arguments.Inherit(), Environment.Inherit(), [.. Declared]);
    }
}
