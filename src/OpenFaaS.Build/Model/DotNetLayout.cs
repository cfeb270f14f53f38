namespace OpenFaaS.Build.Model;

/// <summary>Where a .NET function's files are in the build context and in the image (the bundled template <c>dotnet</c>).</summary>
public static class DotNetLayout
{
    /// <summary>Folder of the function in the image.</summary>
    public const string AppFolder = "/home/app";

    /// <summary>Folders of the build context, one a layer, in the order of layers: what changes least comes first.</summary>
    public static IReadOnlyList<string> Layers { get; } = ["framework", "packages", "app"];

    /// <summary>The build argument that names the base image.</summary>
    public const string BaseArgument = "BASE_IMAGE";
}
