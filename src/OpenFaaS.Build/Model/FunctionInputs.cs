using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>Everything that one function is read from: the project's request, or what a stack file makes of it.</summary>
/// <param name="Request">Properties and items of this function.</param>
/// <param name="Origin">The place to blame for the function as a whole.</param>
public sealed record FunctionInputs(BuildRequest Request, SourceLocation Origin)
{
    /// <summary>Inputs that have a place of their own, by the name that messages have for them.</summary>
    public IReadOnlyDictionary<string, SourceLocation> Places { get; init; } = new Dictionary<string, SourceLocation>();

    /// <summary>The folder that copies start from and where templates are looked up first.</summary>
    public string BaseFolder { get; init; } = Request.ProjectDirectory;

    /// <summary>The image's name in a stack file; null where properties alone decide.</summary>
    public string? ImageName { get; init; }

    /// <summary>Where templates come from besides <c>@(FunctionTemplateSource)</c>, which wins.</summary>
    public IReadOnlyList<TemplateSourceEntry> TemplateSources { get; init; } = [];

    /// <summary>The inputs of a project that is one function.</summary>
    public static FunctionInputs Of(BuildRequest request) => new(request, new SourceLocation(request.Project));
}

/// <summary>Where a template comes from, as written.</summary>
/// <param name="Name">Template name, with <c>@ref</c> as written.</param>
/// <param name="Source">Address, <c>nuget:Id/Version</c> or folder; null leaves it to the template store.</param>
/// <param name="BaseFolder">Folder that a relative <paramref name="Source"/> starts from.</param>
/// <param name="At">Where it is written.</param>
public sealed record TemplateSourceEntry(string Name, string? Source, string BaseFolder, SourceLocation At);
