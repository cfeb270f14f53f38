using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Model;

/// <summary>Reads which template a function has and where it comes from.</summary>
internal static class TemplateModelReader
{
    public static TemplateName ReadName(InputReader reader, FunctionShape shape)
    {
        var text = reader.Text("FunctionTemplate");
        if (text is null)
        {
            if (shape == FunctionShape.Any)
            {
                reader.Error(InputDiagnostics.TemplateRequired.With());
            }

            return new TemplateName(FunctionModelReader.DotNetTemplate, null);
        }

        if (TemplateName.TryParse(text) is { } name)
        {
            return name;
        }

        reader.Invalid("FunctionTemplate", text, "a template name (letters, digits, '-', '_', '.'), with or without @ and a branch, tag or commit");
        return new TemplateName(FunctionModelReader.DotNetTemplate, null);
    }

    /// <summary>The project's items first: they win over what a stack file says.</summary>
    public static IReadOnlyList<TemplateSourceEntry> ReadSources(InputReader reader)
    {
        var sources = new List<TemplateSourceEntry>();
        foreach (var item in reader.Request.ItemsOf("FunctionTemplateSource"))
        {
            sources.Add(new TemplateSourceEntry(item.Include, item.Get("Source"), reader.Request.ProjectDirectory, reader.PlaceOf("@(FunctionTemplateSource)")));
        }

        sources.AddRange(reader.Inputs.TemplateSources);
        foreach (var source in sources.Where(source => TemplateName.TryParse(source.Name) is null))
        {
            reader.Error(InputDiagnostics.InvalidProperty.With("@(FunctionTemplateSource)", source.Name, "a template name, with or without @ and a branch, tag or commit").At(source.At));
        }

        return sources;
    }

    public static IReadOnlyList<string> ReadOverrides(InputReader reader, FunctionName? function)
    {
        var folders = new List<string>();
        foreach (var item in reader.Request.ItemsOf("FunctionTemplateOverride").Where(item => item.Get("Function") is not { } name || name == function?.Value))
        {
            var folder = reader.FullPath(item.Include);
            if (!Directory.Exists(folder))
            {
                reader.Invalid("@(FunctionTemplateOverride)", item.Include, "a folder that exists");
            }

            folders.Add(folder);
        }

        return folders;
    }
}
