namespace OpenFaaS.Build.Tests.Architecture;

/// <summary>The repository's source files, found from where the tests lie: a CI build maps the paths that the compiler knows.</summary>
internal static class SourceTree
{
    private static string Root { get; } = Find();

    /// <summary>Files below a folder with one of the endings, without build output.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] extensions)
    {
        var top = Path.Combine(Root, folder);
        return
        [
            .. Directory.EnumerateFiles(top, "*", SearchOption.AllDirectories)
                .Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal))
                .Where(file => !Path.GetRelativePath(top, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")),
        ];
    }

    /// <summary>A file's path below a folder of the repository.</summary>
    public static string Relative(string folder, string file) => Path.GetRelativePath(Path.Combine(Root, folder), file);

    private static string Find()
    {
        for (var folder = Path.GetDirectoryName(AppContext.BaseDirectory); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "OpenFaaS.Build.Sdk.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is in no checkout of the repository.");
    }
}
