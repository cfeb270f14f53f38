using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>The flags of an instruction, checked against those that it has.</summary>
internal sealed class InstructionFlags
{
    private readonly InstructionLine instruction;
    private readonly List<KeyValuePair<string, string?>> given = [];

    private InstructionFlags(InstructionLine instruction) => this.instruction = instruction;

    /// <summary>Every flag as name and value, in the order written; the value is null where no <c>=</c> was written.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Given => given;

    /// <summary>Checks the flags.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="names">Flags that take a value; switches (true or false) end with <c>?</c>, flags that may come several times with <c>*</c>.</param>
    /// <exception cref="DiagnosticException">A flag is unknown, given twice, or has no value or the wrong one.</exception>
    public static InstructionFlags Parse(InstructionLine instruction, params IReadOnlyList<string> names)
    {
        var flags = new InstructionFlags(instruction);
        foreach (var flag in instruction.Flags)
        {
            var equals = flag.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? flag[2..] : flag[2..equals];
            flags.Add(name, equals < 0 ? null : flag[(equals + 1)..], names);
        }

        return flags;
    }

    /// <summary>The value of a flag; null if it is not given.</summary>
    public string? Value(string name) => given.Find(flag => flag.Key == name).Value;

    /// <summary>Whether a switch is on.</summary>
    public bool IsOn(string name) => Value(name) == "true";

    /// <summary>The error that a flag has.</summary>
    public DiagnosticException Invalid(string name, string problem) =>
        instruction.Error(DockerfileDiagnostics.InvalidFlag, "--" + name, instruction.Keyword, problem);

    private void Add(string name, string? value, IReadOnlyList<string> names)
    {
        var known = names.FirstOrDefault(candidate => candidate.TrimEnd('?', '*') == name)
            ?? throw Invalid(name, "is unknown" + Suggestion.For(name, names.Select(candidate => candidate.TrimEnd('?', '*')), "--"));
        if (!known.EndsWith('*') && given.Exists(flag => flag.Key == name))
        {
            throw Invalid(name, "is given twice");
        }

        if (known.EndsWith('?'))
        {
            value = (value ?? "true").ToLowerInvariant();
            if (value is not ("true" or "false"))
            {
                throw Invalid(name, "is neither true nor false");
            }
        }

        given.Add(new(name, value ?? throw Invalid(name, "has no value")));
    }
}
