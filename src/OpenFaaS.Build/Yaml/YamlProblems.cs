using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Yaml;

/// <summary>Collects what is wrong in a document, so that the user sees it at once.</summary>
/// <param name="file">Path of the file.</param>
/// <param name="wrong">The error of the caller's family; {0} is the file's name, {1} why.</param>
internal sealed class YamlProblems(string file, DiagnosticDescriptor wrong)
{
    private const int Most = 20;

    private readonly List<Diagnostic> found = [];

    /// <summary>Adds an error about a node; after the first ones further errors are left out.</summary>
    public void Add(string why, SourceLocation at) => Add(wrong.With(Path.GetFileName(file), why).At(at));

    /// <summary>Adds an error.</summary>
    public void Add(Diagnostic error)
    {
        if (found.Count < Most)
        {
            found.Add(error);
        }
    }

    /// <summary>Adds the error that a node is not of the kind that its key takes.</summary>
    /// <param name="key">Keys that lead to the node, separated by dots.</param>
    /// <param name="node">The node.</param>
    /// <param name="expected">The kind, with its article.</param>
    public void AddKind(string key, YamlNode node, string expected) => Add($"'{key}' is {Kind(node)} where {expected} belongs", node.At);

    /// <exception cref="DiagnosticException">There were errors.</exception>
    public void ThrowIfAny()
    {
        if (found.Count > 0)
        {
            throw new DiagnosticException(found);
        }
    }

    private static string Kind(YamlNode node) => node switch
    {
        YamlMapping => "a mapping",
        YamlSequence => "a list",
        YamlScalar { IsNull: true } => "nothing",
        _ => "a text",
    };
}
