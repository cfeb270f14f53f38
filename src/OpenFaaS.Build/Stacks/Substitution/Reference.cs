namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>What a reference does with the variable's value.</summary>
internal enum ReferenceForm
{
    /// <summary><c>${v}</c>.</summary>
    Value,

    /// <summary><c>${#v}</c>: bytes.</summary>
    Length,

    /// <summary><c>${v^}</c>.</summary>
    UpperFirst,

    /// <summary><c>${v^^}</c>.</summary>
    Upper,

    /// <summary><c>${v,}</c>.</summary>
    LowerFirst,

    /// <summary><c>${v,,}</c>.</summary>
    Lower,

    /// <summary><c>${v:position}</c>, <c>${v:position:length}</c>.</summary>
    Substring,

    /// <summary><c>${v#glob}</c>.</summary>
    ShortestPrefix,

    /// <summary><c>${v##glob}</c>.</summary>
    LongestPrefix,

    /// <summary><c>${v%glob}</c>.</summary>
    ShortestSuffix,

    /// <summary><c>${v%%glob}</c>.</summary>
    LongestSuffix,

    /// <summary><c>${v/a/b}</c>.</summary>
    ReplaceFirst,

    /// <summary><c>${v//a/b}</c>.</summary>
    ReplaceAll,

    /// <summary><c>${v/#a/b}</c>.</summary>
    ReplacePrefix,

    /// <summary><c>${v/%a/b}</c>.</summary>
    ReplaceSuffix,

    /// <summary><c>${v=d}</c>, <c>${v:=d}</c>, <c>${v:-d}</c>.</summary>
    Default,

    /// <summary><c>${v:+x}</c>.</summary>
    Alternative,

    /// <summary><c>${v:?x}</c>.</summary>
    Required,
}

/// <summary>A piece of an argument: text, or a reference.</summary>
internal readonly record struct ReferencePart(string? Text, Reference? Nested);

/// <summary><c>${…}</c> in a text.</summary>
/// <param name="Start">Offset of <c>$</c>.</param>
/// <param name="Name">Name of the variable.</param>
/// <param name="Form">What is done with its value.</param>
/// <param name="Arguments">The form's arguments, each in its pieces.</param>
/// <param name="Raw">The last argument as written.</param>
internal sealed record Reference(int Start, string Name, ReferenceForm Form, IReadOnlyList<IReadOnlyList<ReferencePart>> Arguments, string Raw);
