namespace OpenFaaS.Build.Dockerfiles;

/// <summary>A parsed Dockerfile (Dockerfile reference, docker/dockerfile:1).</summary>
/// <param name="Path">Path for messages.</param>
/// <param name="Escape">The escape character, <c>\</c> or <c>`</c>.</param>
/// <param name="GlobalArguments">ARG instructions before the first FROM.</param>
/// <param name="Stages">Stages in order; at least one.</param>
public sealed record DockerfileDocument(string Path, char Escape, IReadOnlyList<ArgInstruction> GlobalArguments, IReadOnlyList<Stage> Stages)
{
    /// <summary>Value of the directive <c># syntax=</c>: the image of the frontend that reads the file; null for the builder's own.</summary>
    public string? Syntax { get; init; }

    /// <summary>All ARG instructions: those before the first FROM, then those of the stages.</summary>
    public IEnumerable<ArgInstruction> ArgInstructions => GlobalArguments.Concat(Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>());

    /// <summary>Names of the arguments that they declare.</summary>
    public IReadOnlySet<string> DeclaredArguments => ArgInstructions.SelectMany(instruction => instruction.Arguments).Select(argument => argument.Key).ToHashSet(StringComparer.Ordinal);
}

/// <summary>One build stage.</summary>
/// <param name="Index">Position, from 0.</param>
/// <param name="From">The FROM that begins it.</param>
/// <param name="Instructions">Everything after FROM.</param>
public sealed record Stage(int Index, FromInstruction From, IReadOnlyList<Instruction> Instructions);
