namespace OpenFaaS.Build.Model;

/// <summary>Where a .NET function's files are in the build context and in the image (the bundled template <c>dotnet</c>).</summary>
public static class DotNetLayout
{
    /// <summary>Folder of the function in the image, where <c>ContainerWorkingDirectory</c> names no other.</summary>
    public const string AppFolder = "/home/app";

    /// <summary>Folders of the build context, one a layer, in the order of layers: what changes least comes first.</summary>
    public static IReadOnlyList<string> Layers { get; } = ["framework", "packages", "app"];

    /// <summary>The build argument that names the base image.</summary>
    public const string BaseArgument = "BASE_IMAGE";

    /// <summary>The argument of the bundled Dockerfile whose default is <see cref="AppFolder"/>.</summary>
    public const string FolderArgument = "APP_FOLDER";

    /// <summary>The function as its template needs it: with another one than the SDK's own, what starts and what the base is are its Dockerfile's business.</summary>
    public static FunctionModel Fit(FunctionModel function, bool isBundled) => isBundled ? function : function with
    {
        Image = function.Image with
        {
            Entrypoint = [],
            Labels = function.Image.IsBaseNameGenerated
                ? new SortedDictionary<string, string>(function.Image.Labels.Where(label => label.Key != GeneratedLabels.BaseName).ToDictionary(), StringComparer.Ordinal)
                : function.Image.Labels,
        },
    };
}
