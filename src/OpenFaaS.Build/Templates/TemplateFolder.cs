namespace OpenFaaS.Build.Templates;

/// <summary>A template as it is on disk.</summary>
/// <param name="Name">Name of the template.</param>
/// <param name="Path">Full path of its folder.</param>
/// <param name="Description">What its template.yml says.</param>
/// <param name="IsBundled">Whether it is part of the SDK package.</param>
public sealed record TemplateFolder(string Name, string Path, TemplateDescription Description, bool IsBundled)
{
    /// <summary>Where the handler goes in the context, relative with <c>/</c>; <c>function</c> unless template.yml says otherwise.</summary>
    public string HandlerFolder => Description.HandlerFolder;
}
