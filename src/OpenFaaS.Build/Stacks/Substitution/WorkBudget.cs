namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>Bounds what the substitution of one file costs: the size of texts, and steps in all.</summary>
internal sealed class WorkBudget
{
    /// <summary>Most characters of a text, and of the result.</summary>
    public const int MaxLength = 1 << 20;

    private const long MaxSteps = 1 << 24;

    private long steps;

    /// <summary>Pays for work.</summary>
    /// <param name="cost">Characters looked at or written.</param>
    /// <param name="offset">The reference that it is for.</param>
    /// <exception cref="SubstitutionException">It is too much.</exception>
    public void Spend(long cost, int offset)
    {
        steps += cost;
        if (steps > MaxSteps)
        {
            throw new SubstitutionException(offset, "the references up to here take too much work");
        }
    }

    /// <summary>Checks the length of a text.</summary>
    /// <exception cref="SubstitutionException">It is too long.</exception>
    public static void EnsureLength(long length, int offset)
    {
        if (length > MaxLength)
        {
            throw new SubstitutionException(offset, $"the result has more than {MaxLength} characters");
        }
    }
}
