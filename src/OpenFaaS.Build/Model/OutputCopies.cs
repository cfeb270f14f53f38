using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>Where the user wants copies of a function's output files. They may lie in the handler's folder, of which they are no part.</summary>
internal static class OutputCopies
{
    private const string Placeholder = "{function}";

    /// <summary>Full path for the image's description (<c>ContainerMetadataFile</c>), or null.</summary>
    public static string? Metadata(BuildRequest request, FunctionName function) => PathOf(request, function, "ContainerMetadataFile", "image.json");

    /// <summary>Full path for the digest (<c>ContainerDigestFile</c>), or null.</summary>
    public static string? Digest(BuildRequest request, FunctionName function) => PathOf(request, function, "ContainerDigestFile", "digest");

    /// <summary>Whether a path has room for several functions: it is a folder, or holds <c>{function}</c>.</summary>
    public static bool IsForEach(string path, string folder)
    {
        var text = path.Replace('\\', Path.DirectorySeparatorChar);
        return text.Contains(Placeholder, StringComparison.Ordinal) || IsFolder(text, Path.GetFullPath(text, folder));
    }

    private static bool IsFolder(string text, string fullPath) => text.EndsWith(Path.DirectorySeparatorChar) || Directory.Exists(fullPath);

    private static string? PathOf(BuildRequest request, FunctionName function, string property, string kind)
    {
        if (request.Property(property) is not { } text)
        {
            return null;
        }

        var named = text.Replace(Placeholder, function.Value, StringComparison.Ordinal).Replace('\\', Path.DirectorySeparatorChar);
        var path = Path.GetFullPath(named, request.ProjectDirectory);
        return IsFolder(named, path) ? Path.Combine(path, $"{function.Value}.{kind}") : path;
    }
}
