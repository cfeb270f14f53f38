using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>The publish output of a .NET project in the three folders of the bundled template, one a layer.</summary>
internal static class PublishedFiles
{
    private const string ItemType = "FunctionPublishFile";

    /// <summary>Adds every file that MSBuild lists. The list, not the folder, decides: what an earlier publish left behind is not in it.</summary>
    public static void AddTo(EntryOverlay overlay, FunctionModel function, BuildRequest request)
    {
        foreach (var folder in DotNetLayout.Layers)
        {
            overlay.AddFolder(folder);
        }

        var items = request.ItemsOf(ItemType);
        if (items.Count == 0)
        {
            throw InputDiagnostics.HandlerNotFound.With(function.HandlerFolder).At(function.Origin).ToException();
        }

        var reader = new EntryReader(function.FileMode == FileModePolicy.Preserve);
        foreach (var item in items)
        {
            var layer = item.Get("Layer") switch { "framework" => DotNetLayout.Layers[0], "package" => DotNetLayout.Layers[1], _ => DotNetLayout.Layers[2] };
            var relative = (item.Get("RelativePath") ?? Path.GetFileName(item.Include)).Replace('\\', '/').TrimStart('/');
            if (relative.Split('/').Any(part => part is "" or "." or ".."))
            {
                throw LayerDiagnostics.CannotRead.With($"'{relative}'", "the path leaves the publish folder").At(function.Origin).ToException();
            }

            var path = Path.GetFullPath(item.Include, request.ProjectDirectory);
            var entry = Entry(path, relative, reader, function);
            overlay.AddFolder(layer + (relative.LastIndexOf('/') is var slash and > 0 ? "/" + relative[..slash] : ""));
            overlay.Add([entry], layer);
        }
    }

    private static ContextEntry Entry(string path, string relative, EntryReader reader, FunctionModel function)
    {
        FileStatus? status;
        try
        {
            // A package may hand over a link; what it leads to was published, so its content is.
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            status = FileStatus.Of(target);
            path = target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LayerDiagnostics.CannotRead.With($"'{path}'", e.Message).ToException(e);
        }

        if (status is not { Type: FileType.File } file)
        {
            throw LayerDiagnostics.CannotRead.With($"'{path}'", "it does not exist or is no file").At(function.Origin).ToException();
        }

        return reader.Read(path, relative, file)!;
    }
}
