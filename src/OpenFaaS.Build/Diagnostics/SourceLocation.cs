namespace OpenFaaS.Build.Diagnostics;

/// <summary>A place in a file of the user's: project, Dockerfile, YAML file.</summary>
/// <param name="File">Path of the file, as the user should see it.</param>
/// <param name="Line">One-based line, or 0 when only the file is known.</param>
/// <param name="Column">One-based column, or 0 when only the line is known.</param>
public sealed record SourceLocation(string File, int Line = 0, int Column = 0);
