using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Yaml;

namespace OpenFaaS.Build.Stacks.Substitution;

/// <summary>
/// Substitutes variables in the text of a stack file, as faas-cli does with drone/envsubst, apart from this: comments are left alone, <c>\\</c> stays as it is,
/// and forms that faas-cli crashes on or mistakes are errors. Time grows with the text and is bounded.
/// </summary>
internal sealed class VariableSubstitution
{
    private const int MostWarnings = 20;
    private const int MaxExcerpt = 60;

    private readonly YamlText text;
    private readonly IBuildLog log;
    private readonly ReferenceParser parser;
    private readonly ReferenceEvaluator evaluator;
    private readonly PlaceTracker places = new();
    private readonly StringBuilder output = new();
    private readonly TextOrigins origins = new();
    private int warnings;

    private VariableSubstitution(YamlText text, Func<string, string?> environment, IBuildLog log)
    {
        (this.text, this.log) = (text, log);
        parser = new ReferenceParser(text.Content);
        evaluator = new ReferenceEvaluator(environment, WarnOfDifference);
    }

    /// <summary>The text with its variables substituted; places of it are those of the original.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="environment">The value of a variable; null if it is not set.</param>
    /// <param name="log">Is told of what faas-cli does otherwise, and of values that may change the structure.</param>
    /// <exception cref="DiagnosticException">A reference is malformed, a required variable is missing, or the file costs too much.</exception>
    public static YamlText Apply(YamlText text, Func<string, string?> environment, IBuildLog log) =>
        new VariableSubstitution(text, environment, log).Run();

    private YamlText Run()
    {
        try
        {
            WorkBudget.EnsureLength(text.Content.Length, WorkBudget.MaxLength);
            for (var i = 0; i < text.Content.Length;)
            {
                i = Step(i);
            }
        }
        catch (SubstitutionException e)
        {
            throw StackDiagnostics.InvalidSubstitution.With(Excerpt(e.Offset), e.Message).At(text.Locate(e.Offset)).ToException(e);
        }
        catch (RequiredVariableException e)
        {
            var why = e.Reference.Raw.Length == 0 ? "the stack file requires it" : Line(e.Reference.Raw);
            throw StackDiagnostics.RequiredVariableMissing.With(e.Reference.Name, why).At(text.Locate(e.Reference.Start)).ToException(e);
        }

        return text.Rewritten(output.ToString(), origins.Trace);
    }

    /// <summary>Handles what stands at an offset; returns the offset after it.</summary>
    private int Step(int at)
    {
        var (character, next) = (text.Content[at], At(at + 1));
        if (places.Place == YamlPlace.Comment || character is not ('$' or '\\'))
        {
            return Copy(at, 1);
        }

        switch (character, next)
        {
            case ('$', '{'):
                return Substitute(at);
            case ('$', '$') or ('\\', '/'):
                places.Advance(next, At(at + 2));
                output.Append(next);
                origins.Add(output.Length, at + 2);
                return at + 2;
            case ('\\', '\\'):
                return Copy(at, 2);
            default:
                return Copy(at, 1);
        }
    }

    private int Substitute(int at)
    {
        var reference = parser.Parse(at, out var end);
        var result = evaluator.Evaluate(reference);
        if (result.HoldsValue && StructureRisk.Describe(result.Text, places) is { } risk)
        {
            Warn(StackDiagnostics.SubstitutionChangesStructure.With(reference.Name, risk), at);
        }

        WorkBudget.EnsureLength((long)output.Length + result.Text.Length, at);
        origins.AddFixed(output.Length, at);
        output.Append(result.Text);
        origins.Add(output.Length, end);
        places.PassReference();
        return end;
    }

    private int Copy(int at, int count)
    {
        for (var i = at; i < at + count; i++)
        {
            places.Advance(text.Content[i], At(i + 1));
            output.Append(text.Content[i]);
        }

        return at + count;
    }

    private char At(int offset) => offset < text.Content.Length ? text.Content[offset] : '\0';

    private void WarnOfDifference(Reference reference)
    {
        var mark = reference.Form == ReferenceForm.Alternative ? ":+" : ":?";
        Warn(StackDiagnostics.SubstitutionDiffers.With(Excerpt(reference.Start), mark), reference.Start);
    }

    private void Warn(Diagnostic warning, int at)
    {
        if (warnings++ < MostWarnings)
        {
            log.Report(warning.At(text.Locate(at)));
        }
    }

    /// <summary>The reference as written in the file, shortened.</summary>
    private string Excerpt(int offset)
    {
        var rest = text.Content.AsSpan(Math.Min(offset, text.Content.Length));
        var end = rest.IndexOf('}');
        var length = Math.Min(end < 0 ? rest.Length : end + 1, MaxExcerpt);
        return Line(rest[..length].ToString() + (length < rest.Length && end + 1 != length ? "…" : ""));
    }

    private static string Line(string raw) => raw.ReplaceLineEndings(" ");
}
