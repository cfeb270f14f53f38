using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Templates;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>Lays overrides, handler and extra files over the template, as faas-cli does, without writing anything.</summary>
public static class ContextAssembler
{
    /// <param name="function">The function.</param>
    /// <param name="template">Its template, or null where the handler brings its own Dockerfile.</param>
    /// <param name="request">The request, whose items list the publish output of shape A.</param>
    /// <param name="log">Where left out files are reported.</param>
    /// <exception cref="DiagnosticException">No handler, no Dockerfile, or a file that cannot be read.</exception>
    public static BuildContext Assemble(FunctionModel function, TemplateFolder? template, BuildRequest request, IBuildLog log) =>
        Assemble(function, template, request, new TemplateFiles(), OwnOutputs.Of(function, request), log);

    /// <param name="function">The function.</param>
    /// <param name="template">Its template, or null where the handler brings its own Dockerfile.</param>
    /// <param name="request">The request, whose items list the publish output of shape A.</param>
    /// <param name="templates">The files of templates, read once for all functions.</param>
    /// <param name="own">What this publish writes, for all its functions.</param>
    /// <param name="log">Where left out files are reported.</param>
    internal static BuildContext Assemble(
        FunctionModel function, TemplateFolder? template, BuildRequest request, TemplateFiles templates, IReadOnlyList<string> own, IBuildLog log)
    {
        var overlay = new EntryOverlay();
        if (template is not null)
        {
            // The sample handler of a template is laid under the user's, as faas-cli lays it.
            overlay.Add(templates.Of(template.Path, function.FileMode, isTemplate: true, log), "");
        }

        foreach (var folder in function.TemplateOverrides)
        {
            overlay.Add(templates.Of(folder, function.FileMode, isTemplate: false, log), "");
        }

        var options = new ScanOptions { PreserveModes = function.FileMode == FileModePolicy.Preserve, ExcludedPaths = own };
        if (template is { IsBundled: true })
        {
            PublishedFiles.AddTo(overlay, function, request);
        }
        else
        {
            overlay.Add(Handler(function, template is not null, options, log), template?.HandlerFolder ?? "");
        }

        foreach (var copy in function.Copies)
        {
            var target = template is { IsBundled: true } ? DotNetLayout.Layers[2] : template?.HandlerFolder ?? "";
            overlay.AddFolder(PathNames.Join(target, PathNames.Parent(copy.Path)));
            overlay.Add(ExtraFiles.Of(copy, function, options, log), target);
        }

        return Finish(overlay.ToFileSet(), function, template);
    }

    private static IReadOnlyList<ContextEntry> Handler(FunctionModel function, bool hasTemplate, ScanOptions options, IBuildLog log)
    {
        IReadOnlyList<ContextEntry> entries = Directory.Exists(function.HandlerFolder)
            ? DirectoryScanner.Scan(function.HandlerFolder, options with { Exclude = DefaultExcludes.For(function, log) }, log)
            : [];
        if (entries.Count == 0)
        {
            throw InputDiagnostics.HandlerNotFound.With(function.HandlerFolder).At(function.Origin).ToException();
        }

        // Over a template the handler's own rules come to lie where no builder reads them.
        return hasTemplate && function.IgnoreFiles ? IgnoredFiles.RemoveByOwnRules(new FileSet(entries)) : entries;
    }

    private static BuildContext Finish(FileSet all, FunctionModel function, TemplateFolder? template)
    {
        var name = function.Builder.Dockerfile;
        if (ContextText.Find(all, name) is not { } entry)
        {
            throw (template is null
                ? InputDiagnostics.DockerfileNotFound.With(name, function.Name.Value)
                : TemplateDiagnostics.TemplateHasNoDockerfile.With(template.Name, name)).At(function.Origin).ToException();
        }

        var path = entry.Content is DiskFile file ? file.FullPath : name;

        // Builders and the shrinkwrapped folder take the name as it is, so no folder in it may be a link.
        var plain = PathNames.Join(LinkResolver.Resolve(PathNames.Parent(PathNames.Clean(name)), all.Find)!, PathNames.Name(name));
        var files = function.IgnoreFiles ? IgnoredFiles.Remove(all, IgnoredFiles.RulesOf(all, plain)) : all;
        return new BuildContext(files, ContextText.Read(entry, $"'{path}'"), path, plain);
    }
}
