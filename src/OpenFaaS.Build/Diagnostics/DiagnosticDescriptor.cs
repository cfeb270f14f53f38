using System.Globalization;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>A row of the diagnostics table: one stable code and what it means.</summary>
/// <param name="Code"><c>OFBnnnn</c>; the first digit is the family (1 input, 2 builder, 3 registry, 4 files and layers, 5 BuildKit, 6 templates, 7 deployment, 9 internal).</param>
/// <param name="Severity">Warning or error.</param>
/// <param name="Format">Composite format of the message: what happened and where.</param>
/// <param name="Cause">Why this happens, for the documentation.</param>
/// <param name="NextStep">What the user does next; appended to every message as it is, so it holds no placeholders.</param>
public sealed record DiagnosticDescriptor(string Code, DiagnosticSeverity Severity, string Format, string Cause, string NextStep)
{
    /// <summary>Fills the message; the next step is appended.</summary>
    public Diagnostic With(params object?[] arguments) =>
        new(this, string.Format(CultureInfo.InvariantCulture, Format, arguments) + " " + NextStep);
}
