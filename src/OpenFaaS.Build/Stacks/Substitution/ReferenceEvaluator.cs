using System.Text;

namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>What a reference becomes.</summary>
/// <param name="Text">The text.</param>
/// <param name="HoldsValue">Whether some of it is a variable's, and not written in the file.</param>
internal readonly record struct Substituted(string Text, bool HoldsValue);

/// <summary>Replaces references by values. An unset variable is an empty one, as in faas-cli.</summary>
/// <param name="environment">The value of a variable.</param>
/// <param name="differs">Told of each reference that faas-cli takes otherwise.</param>
internal sealed class ReferenceEvaluator(Func<string, string?> environment, Action<Reference> differs)
{
    private readonly WorkBudget budget = new();

    /// <summary>Evaluates a reference and those in it.</summary>
    /// <exception cref="SubstitutionException">It has no sensible result, or costs too much.</exception>
    /// <exception cref="RequiredVariableException"><c>${v:?x}</c> without a value.</exception>
    public Substituted Evaluate(Reference reference)
    {
        var value = environment(reference.Name) ?? "";
        WorkBudget.EnsureLength(value.Length, reference.Start);
        budget.Spend(value.Length + 1, reference.Start);
        return reference.Form switch
        {
            ReferenceForm.Value => new(value, HoldsValue: true),
            ReferenceForm.Default => value.Length > 0 ? new(value, HoldsValue: true) : Argument(reference, 0),
            ReferenceForm.Alternative => Alternative(reference, value),
            ReferenceForm.Required => Required(reference, value),
            _ => new(Transform(reference, value), HoldsValue: true),
        };
    }

    private Substituted Alternative(Reference reference, string value)
    {
        differs(reference);
        return value.Length > 0 ? Argument(reference, 0) : new("", HoldsValue: false);
    }

    private Substituted Required(Reference reference, string value)
    {
        differs(reference);
        return value.Length > 0 ? new(value, HoldsValue: true) : throw new RequiredVariableException(reference);
    }

    private string Transform(Reference reference, string value)
    {
        switch (reference.Form)
        {
            case ReferenceForm.Length:
                return Encoding.UTF8.GetByteCount(value).ToString(System.Globalization.CultureInfo.InvariantCulture);
            case ReferenceForm.Upper:
                return value.ToUpperInvariant();
            case ReferenceForm.Lower:
                return value.ToLowerInvariant();
            case ReferenceForm.UpperFirst or ReferenceForm.LowerFirst:
                return First(value, reference.Form == ReferenceForm.UpperFirst);
            case ReferenceForm.Substring:
                var length = reference.Arguments.Count > 1 ? Argument(reference, 1).Text : null;
                return TextForms.Substring(value, Argument(reference, 0).Text, length, reference.Start);
            case ReferenceForm.ShortestPrefix or ReferenceForm.LongestPrefix or ReferenceForm.ShortestSuffix or ReferenceForm.LongestSuffix:
                return TextForms.Trim(value, Argument(reference, 0).Text, reference, budget);
            default:
                return TextForms.Replace(value, Argument(reference, 0).Text, Argument(reference, 1).Text, reference, budget);
        }
    }

    private Substituted Argument(Reference reference, int index)
    {
        var text = new StringBuilder();
        var holdsValue = false;
        foreach (var part in reference.Arguments[index])
        {
            var piece = part.Nested is { } nested ? Evaluate(nested) : new Substituted(part.Text!, HoldsValue: false);
            holdsValue |= piece.HoldsValue;
            WorkBudget.EnsureLength((long)text.Length + piece.Text.Length, reference.Start);
            budget.Spend(piece.Text.Length, reference.Start);
            text.Append(piece.Text);
        }

        return new(text.ToString(), holdsValue);
    }

    private static string First(string value, bool isUpper)
    {
        if (Rune.DecodeFromUtf16(value, out var first, out var length) != System.Buffers.OperationStatus.Done)
        {
            return value;
        }

        return (isUpper ? Rune.ToUpperInvariant(first) : Rune.ToLowerInvariant(first)) + value[length..];
    }
}

/// <summary>A variable is required and has no value.</summary>
internal sealed class RequiredVariableException(Reference reference) : FormatException
{
    /// <summary>The reference that requires it.</summary>
    public Reference Reference { get; } = reference;
}
