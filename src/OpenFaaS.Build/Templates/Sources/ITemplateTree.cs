namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Receives the files of pulled templates. Checks every path and counts against the limits, so that no source can write outside or without end.</summary>
/// <remarks>Paths are relative with <c>/</c>; the first part is the template's name. Folders are made as files need them.</remarks>
internal interface ITemplateTree
{
    /// <summary>Adds a file.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The path is refused, there is such an entry already, or a limit is reached.</exception>
    Task AddFileAsync(string path, bool isExecutable, Stream content, CancellationToken cancellationToken);

    /// <summary>Adds a symbolic link; the target is kept as it is and never followed.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">As for files.</exception>
    void AddLink(string path, string target);
}
