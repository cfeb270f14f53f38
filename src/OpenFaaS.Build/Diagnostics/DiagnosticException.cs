namespace OpenFaaS.Build.Diagnostics;

/// <summary>An expected failure: carries the diagnostics that the user is shown. The only exception type that crosses rooms.</summary>
public sealed class DiagnosticException : Exception
{
    /// <summary>Creates the exception from one or more diagnostics.</summary>
    public DiagnosticException(IReadOnlyList<Diagnostic> diagnostics, Exception? inner = null)
        : base(string.Join(Environment.NewLine, diagnostics.Select(d => $"{d.Descriptor.Code}: {d.Message}")), inner) =>
        Diagnostics = diagnostics;

    /// <summary>What to show, in the order found.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>The same failure, with a place for those of its diagnostics that have none.</summary>
    public DiagnosticException At(SourceLocation location) => Diagnostics.All(diagnostic => diagnostic.Location is not null)
        ? this
        : new DiagnosticException([.. Diagnostics.Select(diagnostic => diagnostic.At(diagnostic.Location ?? location))], this);
}
