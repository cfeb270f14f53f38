namespace OpenFaaS.Build.Diagnostics;

/// <summary>One thing that the user is told, with its code.</summary>
/// <param name="Descriptor">The row of the diagnostics table.</param>
/// <param name="Message">What happened and what to do next; one or more sentences, no line breaks.</param>
/// <param name="Location">The place to blame, if there is one.</param>
public sealed record Diagnostic(DiagnosticDescriptor Descriptor, string Message, SourceLocation? Location = null)
{
    /// <summary>The same diagnostic at <paramref name="location"/>.</summary>
    public Diagnostic At(SourceLocation? location) => this with { Location = location };

    /// <summary>The same diagnostic at a line of a file.</summary>
    public Diagnostic At(string file, int line = 0, int column = 0) => At(new SourceLocation(file, line, column));

    /// <summary>An exception that carries this diagnostic to the edge.</summary>
    public DiagnosticException ToException(Exception? inner = null) => new([this], inner);
}
