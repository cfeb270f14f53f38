namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>A reference cannot be read or replaced; the message says why, as the end of a sentence, and holds no value of a variable.</summary>
internal sealed class SubstitutionException(int offset, string message) : FormatException(message)
{
    /// <summary>Where the reference begins.</summary>
    public int Offset { get; } = offset;
}
