using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Templates;

/// <summary>Finds a function's template: <c>template/&lt;name&gt;</c> in the project folder, then in each parent folder up to the repository root, then among the SDK's own.</summary>
public static class TemplateLocator
{
    private const string FolderName = "template";

    /// <param name="function">The function.</param>
    /// <param name="bundled">Folder of the SDK's own templates, or null.</param>
    /// <returns>The template; null where the handler brings its own Dockerfile.</returns>
    /// <exception cref="DiagnosticException">There is no such template, or it may not be used.</exception>
    public static TemplateFolder? Find(FunctionModel function, string? bundled)
    {
        if (function.Template == FunctionModelReader.DockerfileTemplate)
        {
            return null;
        }

        var roots = function.TemplatePath is { } given ? [Given(given, function)] : Candidates(function.Project.Folder);
        foreach (var root in roots)
        {
            if (Lookup(root, function.Template) is { } path)
            {
                EnsureOwn(root, function);
                EnsureOwn(path, function);
                return Describe(function.Template, path, isBundled: false);
            }
        }

        // Only shape A has templates of the SDK: they expect a .NET project's publish output.
        if (function.Shape == FunctionShape.DotNet && bundled is not null && Lookup(bundled, function.Template) is { } own)
        {
            return Describe(function.Template, own, isBundled: true);
        }

        var names = roots.Concat(bundled is not null && function.Shape == FunctionShape.DotNet ? [bundled] : [])
            .SelectMany(Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var found = names.Count == 0 ? "" : $" Found: {string.Join(", ", names.Take(20))}{Suggestion.For(function.Template, names)}.";
        throw TemplateDiagnostics.TemplateNotFound
            .With(function.Template, string.Join(", ", roots.Select(root => $"'{root}'")), found)
            .At(function.Project.Path).ToException();
    }

    private static TemplateFolder Describe(string name, string path, bool isBundled) =>
        new(name, path, TemplateDescription.Read(Path.Combine(path, "template.yml")).HandlerFolder, isBundled);

    private static string Given(string path, FunctionModel function) =>
        Directory.Exists(path) ? path : throw TemplateDiagnostics.TemplatePathNotFound.With(path).At(function.Project.Path).ToException();

    private static List<string> Candidates(string project)
    {
        var folders = new List<string>();
        for (var folder = new DirectoryInfo(project); folder is not null; folder = folder.Parent)
        {
            folders.Add(Path.Combine(folder.FullName, FolderName));
            var git = Path.Combine(folder.FullName, ".git");
            if (Directory.Exists(git) || File.Exists(git))
            {
                return folders;
            }
        }

        // Outside a repository nothing says where the project's own ground ends.
        return folders[..1];
    }

    // Exact spelling also where the file system does not care about case: a template must not depend on the machine.
    private static string? Lookup(string root, string name) =>
        Names(root).Contains(name, StringComparer.Ordinal) ? Path.Combine(root, name) : null;

    private static IEnumerable<string> Names(string root)
    {
        try
        {
            return Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path))] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void EnsureOwn(string path, FunctionModel function)
    {
        if (FileStatus.Of(path) is not { } status || FileStatus.Of(function.Project.Folder) is not { } project)
        {
            return;
        }

        // A checkout may hold a link to anywhere, and what it leads to would be copied into the image.
        if (status.Type == FileType.SymbolicLink)
        {
            throw TemplateDiagnostics.TemplateIsLink.With(path).At(function.Project.Path).ToException();
        }

        // The project's owner counts too: a build as root in a checkout of another user is common in containers.
        if (!OperatingSystem.IsWindows() && status.Uid != project.Uid && status.Uid != CurrentUser.Id && status.Uid != 0)
        {
            throw TemplateDiagnostics.UntrustedTemplateFolder.With(path, status.Uid).At(function.Project.Path).ToException();
        }
    }
}
