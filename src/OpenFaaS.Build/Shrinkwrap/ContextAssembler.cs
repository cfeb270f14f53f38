using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Templates;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>Lays the handler over the template, as faas-cli does, without writing anything.</summary>
public static class ContextAssembler
{
    private const int MaxDockerfile = 4 * 1024 * 1024;

    /// <param name="function">The function.</param>
    /// <param name="template">Its template, or null where the handler brings its own Dockerfile.</param>
    /// <param name="request">The request, whose items list the publish output of shape A.</param>
    /// <param name="log">Where left out files are reported.</param>
    /// <exception cref="DiagnosticException">No handler, no Dockerfile, or a file that cannot be read.</exception>
    public static BuildContext Assemble(FunctionModel function, TemplateFolder? template, BuildRequest request, IBuildLog log)
    {
        var overlay = new EntryOverlay();
        if (template is not null)
        {
            // The sample handler of a template is laid under the user's, as faas-cli lays it.
            overlay.Add(Scan(template.Path, function, log, static (_, _) => false), "");
        }

        if (template is { IsBundled: true })
        {
            PublishedFiles.AddTo(overlay, function, request);
        }
        else
        {
            overlay.Add(Handler(function, log), template?.HandlerFolder ?? "");
        }

        return Finish(overlay.ToFileSet(), function, template);
    }

    private static IReadOnlyList<ContextEntry> Handler(FunctionModel function, IBuildLog log)
    {
        var entries = Directory.Exists(function.HandlerFolder) ? Scan(function.HandlerFolder, function, log, DefaultExcludes.For(function)) : [];
        return entries.Count > 0 ? entries : throw InputDiagnostics.HandlerNotFound.With(function.HandlerFolder).At(function.Project.Path).ToException();
    }

    private static IReadOnlyList<ContextEntry> Scan(string folder, FunctionModel function, IBuildLog log, Func<string, bool, bool> exclude)
    {
        var own = new List<string> { function.Project.OutputFolder, function.ShrinkwrapFolder };
        switch (function.Destination)
        {
            case ArchiveDestination archive:
                own.Add(archive.Path);
                break;
            case EngineDestination engine:
                own.Add(engine.FallbackPath);
                break;
        }

        return DirectoryScanner.Scan(
            folder, new ScanOptions { PreserveModes = function.FileMode == FileModePolicy.Preserve, Exclude = exclude, ExcludedPaths = own }, log);
    }

    private static BuildContext Finish(FileSet all, FunctionModel function, TemplateFolder? template)
    {
        var name = function.Builder.Dockerfile;
        if (all.Find(name) is not { Kind: EntryKind.File, Content: { } content } entry)
        {
            throw (template is null
                ? InputDiagnostics.DockerfileNotFound.With(name, function.Name.Value)
                : TemplateDiagnostics.TemplateHasNoDockerfile.With(template.Name, name)).At(function.Project.Path).ToException();
        }

        var path = entry.Content is DiskFile file ? file.FullPath : name;
        if (entry.Size > MaxDockerfile)
        {
            throw LayerDiagnostics.CannotRead.With($"'{path}'", "a Dockerfile may have at most 4 MiB").ToException();
        }

        var ignoreFile = all.Find(name + ".dockerignore") ?? all.Find(".dockerignore");
        var ignore = ignoreFile is { Kind: EntryKind.File, Content: { } rules } ? DockerIgnore.Parse(Read(rules), ignoreFile.Path) : DockerIgnore.None;
        return new BuildContext(IgnoredFiles.Remove(all, ignore), Read(content), path, name);
    }

    private static string Read(IContentSource content)
    {
        using var reader = new StreamReader(content.Open());
        return reader.ReadToEnd();
    }
}
