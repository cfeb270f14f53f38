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
    public static TemplateFolder? Find(FunctionModel function, string? bundled) =>
        function.Template.IsDockerfile ? null : FindInProject(function) ?? FindBundled(function, bundled) ?? throw NotFound(function, bundled, "").ToException();

    /// <summary>The template in a folder of the project's; <c>name@ref</c> is a folder of that name, as faas-cli pulls it. Null where there is none.</summary>
    /// <exception cref="DiagnosticException">It may not be used.</exception>
    public static TemplateFolder? FindInProject(FunctionModel function)
    {
        foreach (var root in Roots(function))
        {
            if (Lookup(root, function.Template.ToString()) is { } path)
            {
                foreach (var part in Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Aggregate(new List<string> { root }, (parts, part) => [.. parts, Path.Combine(parts[^1], part)]))
                {
                    EnsureOwn(part, function);
                }

                return Describe(function.Template.ToString(), path, isBundled: false);
            }
        }

        return null;
    }

    /// <summary>The template among the SDK's own; only shape A has them: they expect a .NET project's publish output.</summary>
    public static TemplateFolder? FindBundled(FunctionModel function, string? bundled) =>
        function.Shape == FunctionShape.DotNet && bundled is not null && Lookup(bundled, function.Template.ToString()) is { } own
            ? Describe(function.Template.Name, own, isBundled: true)
            : null;

    /// <summary>The error for a template that is nowhere; <paramref name="elsewhere"/> is a sentence about other places that were asked.</summary>
    public static Diagnostic NotFound(FunctionModel function, string? bundled, string elsewhere)
    {
        var roots = Roots(function);
        var names = roots.Concat(bundled is not null && function.Shape == FunctionShape.DotNet ? [bundled] : [])
            .SelectMany(Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var found = names.Count == 0 ? "" : $" Found: {string.Join(", ", names.Take(20))}{Suggestion.For(function.Template.ToString(), names)}.";
        return TemplateDiagnostics.TemplateNotFound
            .With(function.Template, string.Join(", ", roots.Select(root => $"'{root}'")), found + elsewhere)
            .At(function.Origin);
    }

    private static List<string> Roots(FunctionModel function) =>
        function.TemplatePath is { } given ? [Given(given, function)] : Candidates(function.BaseFolder);

    /// <summary>A template in a folder.</summary>
    public static TemplateFolder Describe(string name, string path, bool isBundled) =>
        new(name, path, TemplateDescription.Read(Path.Combine(path, "template.yml")), isBundled);

    private static string Given(string path, FunctionModel function) =>
        Directory.Exists(path) ? path : throw TemplateDiagnostics.TemplatePathNotFound.With(path).At(function.Origin).ToException();

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
    private static string? Lookup(string root, string name)
    {
        // A reference with a slash (feature/x) is a folder in a folder.
        var path = root;
        foreach (var part in name.Split('/'))
        {
            if (!Names(path).Contains(part, StringComparer.Ordinal))
            {
                return null;
            }

            path = Path.Combine(path, part);
        }

        return path;
    }

    /// <summary>Names of the folders in a folder; none where it cannot be read.</summary>
    public static IEnumerable<string> Names(string root)
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
            throw TemplateDiagnostics.TemplateIsLink.With(path).At(function.Origin).ToException();
        }

        // The project's owner counts too: a build as root in a checkout of another user is common in containers.
        if (OperatingSystem.IsLinux() && status.Uid != project.Uid && status.Uid != CurrentUser.Id && status.Uid != 0)
        {
            throw TemplateDiagnostics.UntrustedTemplateFolder.With(path, status.Uid).At(function.Origin).ToException();
        }
    }
}
