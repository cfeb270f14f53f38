using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>Expands the words of a stage's instructions with its build arguments and environment.</summary>
internal sealed class StageWords(StageContext context, StageState state)
{
    /// <summary>Quotes removed, variables replaced.</summary>
    public string Expand(Instruction instruction, string word)
    {
        try
        {
            return WordExpander.Expand(word, context.Document.Escape, state.Scope.Lookup);
        }
        catch (WordExpansionException e)
        {
            throw Invalid(instruction, word, e);
        }
    }

    /// <summary>The same, split at blanks afterwards (EXPOSE).</summary>
    public IReadOnlyList<string> ExpandToWords(Instruction instruction, string word)
    {
        try
        {
            return WordExpander.ExpandToWords(word, context.Document.Escape, state.Scope.Lookup);
        }
        catch (WordExpansionException e)
        {
            throw Invalid(instruction, word, e);
        }
    }

    /// <summary>The content of a heredoc: variables replaced, quotes kept.</summary>
    public string ExpandHeredoc(Instruction instruction, string content)
    {
        try
        {
            return WordExpander.ExpandHeredoc(content, state.Scope.Lookup);
        }
        catch (WordExpansionException e)
        {
            throw Invalid(instruction, "heredoc", e);
        }
    }

    private DiagnosticException Invalid(Instruction instruction, string word, WordExpansionException e) =>
        DockerfileDiagnostics.InvalidExpansion.With(Excerpt.Of(word), Excerpt.Of(e.Message)).At(context.At(instruction)).ToException(e);
}
