using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Templates;

/// <summary>The build argument <c>ADDITIONAL_PACKAGE</c>: packages of the requested options of a template, and those of the argument itself, as faas-cli puts them together.</summary>
internal static class AdditionalPackages
{
    /// <summary>Name of the build argument.</summary>
    public const string Argument = "ADDITIONAL_PACKAGE";

    /// <summary>The argument's value: without duplicates, sorted by bytes, separated by blanks; empty where there is none, for the argument is always passed.</summary>
    /// <param name="function">The function; its build options are names of options of the template.</param>
    /// <param name="template">The template, or null where the handler brings its own Dockerfile.</param>
    /// <param name="given">The argument as the user gives it, or null.</param>
    /// <exception cref="DiagnosticException">The template has no option of a requested name.</exception>
    public static string Of(FunctionModel function, TemplateFolder? template, string? given)
    {
        var offered = template?.Description.BuildOptions ?? [];
        var packages = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var option in function.BuildOptions)
        {
            var found = offered.FirstOrDefault(candidate => candidate.Name == option)
                ?? throw TemplateDiagnostics.UnknownBuildOption.With(
                    function.Template, option, offered.Count == 0 ? "none" : string.Join(", ", offered.Select(candidate => candidate.Name)),
                    Suggestion.For(option, offered.Select(candidate => candidate.Name))).At(function.Origin).ToException();
            packages.UnionWith(found.Packages);
        }

        packages.UnionWith((given ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return string.Join(' ', packages);
    }
}
