using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Templates;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>Lays the handler over the template, as faas-cli does, without writing anything.</summary>
public static class ContextAssembler
{
    private const int MaxText = 4 * 1024 * 1024;

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
            overlay.Add(Scan(template.Path, function, request, log, static (_, _) => false), "");
        }

        if (template is { IsBundled: true })
        {
            PublishedFiles.AddTo(overlay, function, request);
        }
        else
        {
            overlay.Add(Handler(function, request, log), template?.HandlerFolder ?? "");
        }

        return Finish(overlay.ToFileSet(), function, template);
    }

    private static IReadOnlyList<ContextEntry> Handler(FunctionModel function, BuildRequest request, IBuildLog log)
    {
        var entries = Directory.Exists(function.HandlerFolder) ? Scan(function.HandlerFolder, function, request, log, DefaultExcludes.For(function)) : [];
        return entries.Count > 0 ? entries : throw InputDiagnostics.HandlerNotFound.With(function.HandlerFolder).At(function.Project.Path).ToException();
    }

    private static IReadOnlyList<ContextEntry> Scan(string folder, FunctionModel function, BuildRequest request, IBuildLog log, Func<string, bool, bool> exclude)
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

        own.AddRange(new[] { OutputCopies.Metadata(request, function.Name), OutputCopies.Digest(request, function.Name) }.OfType<string>());
        return DirectoryScanner.Scan(
            folder, new ScanOptions { PreserveModes = function.FileMode == FileModePolicy.Preserve, Exclude = exclude, ExcludedPaths = own }, log);
    }

    private static BuildContext Finish(FileSet all, FunctionModel function, TemplateFolder? template)
    {
        var name = function.Builder.Dockerfile;
        if (Find(all, name) is not { } entry)
        {
            throw (template is null
                ? InputDiagnostics.DockerfileNotFound.With(name, function.Name.Value)
                : TemplateDiagnostics.TemplateHasNoDockerfile.With(template.Name, name)).At(function.Project.Path).ToException();
        }

        var path = entry.Content is DiskFile file ? file.FullPath : name;

        // Builders and the shrinkwrapped folder take the name as it is, so no folder in it may be a link.
        var plain = PathNames.Join(LinkResolver.Resolve(PathNames.Parent(PathNames.Clean(name)), all.Find)!, PathNames.Name(name));
        return new BuildContext(IgnoredFiles.Remove(all, Ignore(all, plain)), Read(entry, $"'{path}'"), path, plain);
    }

    private static DockerIgnore Ignore(FileSet all, string dockerfile)
    {
        var name = new[] { dockerfile + ".dockerignore", ".dockerignore" }.FirstOrDefault(candidate => all.Find(candidate) is not null);
        if (name is null)
        {
            return DockerIgnore.None;
        }

        // To go on without its rules could put into the image what they keep out of it.
        return Find(all, name) is { } rules
            ? DockerIgnore.Parse(Read(rules, $"'{name}'"), name)
            : throw LayerDiagnostics.CannotRead.With($"'{name}'", "it is no file, or a link that leads to none in the build context").ToException();
    }

    /// <summary>The file at a path; links are followed within the context.</summary>
    private static ContextEntry? Find(FileSet all, string path) =>
        LinkResolver.Resolve(path, all.Find) is { } resolved && all.Find(resolved) is { Kind: EntryKind.File, Content: not null } entry ? entry : null;

    private static string Read(ContextEntry entry, string name)
    {
        if (entry.Size > MaxText)
        {
            throw LayerDiagnostics.CannotRead.With(name, "it is larger than 4 MiB").ToException();
        }

        using var reader = new StreamReader(entry.Content!.Open());
        return reader.ReadToEnd();
    }
}
