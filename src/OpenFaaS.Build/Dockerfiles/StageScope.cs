namespace OpenFaaS.Build.Dockerfiles;

/// <summary>
/// The variables of a stage. ARG and ENV share one table, and whichever comes last counts: so does BuildKit, although the
/// reference says that ENV always wins. Only ENV gets into the image; that is the caller's business.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class StageScope
{
    private readonly GlobalScope global;
    private readonly Dictionary<string, string> values;

    internal StageScope(GlobalScope global, StageScope? parent = null)
    {
        this.global = global;
        values = parent is null ? new(StringComparer.Ordinal) : new(parent.values, StringComparer.Ordinal);
    }

    /// <summary>The scope of a stage that is built on this one, which hands down its ARG as well as its ENV.</summary>
    public StageScope Inherit() => new(global, this);

    /// <summary>The value of a variable; null if it is not set.</summary>
    /// <exception cref="WordExpansionException">Variables were expanded to more than any Dockerfile needs.</exception>
    public string? Lookup(string name) => global.Count(values.GetValueOrDefault(name));

    /// <summary>Declares the arguments of an ARG: the given build argument, else the default, else the global value, else what is set already.</summary>
    /// <param name="argument">The instruction.</param>
    /// <param name="expand">Expands a default in this scope; called only where the default counts.</param>
    public void Declare(ArgInstruction argument, Func<string, string> expand)
    {
        foreach (var (name, given) in argument.Arguments)
        {
            if ((global.Given(name) ?? (given is null ? global.Inherited(name) : expand(given))) is { } value)
            {
                values[name] = value;
            }
        }
    }

    /// <summary>Sets a variable of the environment: of an ENV, or of the base image.</summary>
    public void SetEnvironment(string name, string value) => values[name] = value;
}
