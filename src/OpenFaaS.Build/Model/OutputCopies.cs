using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Model;

/// <summary>Where the user wants copies of a function's output files. They may lie in the handler's folder, of which they are no part.</summary>
internal static class OutputCopies
{
    /// <summary>Full path for the image's description (<c>ContainerMetadataFile</c>), or null.</summary>
    public static string? Metadata(BuildRequest request, FunctionName function) => PathOf(request, function, "ContainerMetadataFile", "image.json");

    /// <summary>Full path for the digest (<c>ContainerDigestFile</c>), or null.</summary>
    public static string? Digest(BuildRequest request, FunctionName function) => PathOf(request, function, "ContainerDigestFile", "digest");

    private static string? PathOf(BuildRequest request, FunctionName function, string property, string kind)
    {
        if (request.Property(property) is not { } text)
        {
            return null;
        }

        var named = text.Replace("{function}", function.Value, StringComparison.Ordinal).Replace('\\', Path.DirectorySeparatorChar);
        var path = Path.GetFullPath(named, request.ProjectDirectory);
        var isFolder = named.EndsWith(Path.DirectorySeparatorChar) || Directory.Exists(path);
        return isFolder ? Path.Combine(path, $"{function.Value}.{kind}") : path;
    }
}
