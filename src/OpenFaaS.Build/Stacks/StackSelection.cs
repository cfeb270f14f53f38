using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Stacks;

/// <summary>Selects functions of a stack by name, as <c>--filter</c> and <c>--regex</c> of faas-cli do.</summary>
public static class StackSelection
{
    private const int MaxNames = 50;

    // Time grows with the name, as with Go's expressions.
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <param name="stack">The stack.</param>
    /// <param name="filter">A name in which <c>*</c> is any text; null and empty select nothing out.</param>
    /// <param name="regex">A regular expression that is to be found in the name; null and empty select nothing out.</param>
    /// <returns>The functions in the order of the file.</returns>
    /// <exception cref="DiagnosticException">Both are given, the expression is malformed, or no function is left.</exception>
    public static IReadOnlyList<StackFunction> Select(StackFile stack, string? filter, string? regex)
    {
        var (hasFilter, hasRegex) = (!string.IsNullOrEmpty(filter), !string.IsNullOrEmpty(regex));
        if (hasFilter && hasRegex)
        {
            throw StackDiagnostics.FilterAndRegex.With().ToException();
        }

        if (stack.Functions.Count == 0)
        {
            throw StackDiagnostics.NoFunctions.With(Path.GetFileName(stack.Path)).At(stack.Path).ToException();
        }

        var expression = hasRegex ? Compile(regex!) : hasFilter ? new Regex(Glob(filter!), Options) : null;
        var selected = stack.Functions.Where(function => expression?.IsMatch(function.Name) ?? true).ToList();
        if (selected.Count == 0)
        {
            var names = string.Join(", ", stack.Functions.Take(MaxNames).Select(function => function.Name)) + (stack.Functions.Count > MaxNames ? ", …" : "");
            throw StackDiagnostics.NoFunctionSelected
                .With(Path.GetFileName(stack.Path), hasRegex ? $"the regular expression '{regex}'" : $"the filter '{filter}'", names)
                .At(stack.Path).ToException();
        }

        return selected;
    }

    private static string Glob(string filter) => @"\A" + Regex.Escape(filter).Replace(@"\*", "(?s:.*)", StringComparison.Ordinal) + @"\z";

    private static Regex Compile(string pattern)
    {
        // A named class of Go's would be read as a set of its letters.
        if (pattern.Contains("[[:", StringComparison.Ordinal) || pattern.Contains("[^[:", StringComparison.Ordinal))
        {
            throw StackDiagnostics.InvalidFunctionRegex.With(pattern).ToException();
        }

        try
        {
            return new Regex(pattern, Options);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw StackDiagnostics.InvalidFunctionRegex.With(pattern).ToException(e);
        }
    }
}
