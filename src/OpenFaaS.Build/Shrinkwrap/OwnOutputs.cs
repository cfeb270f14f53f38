using OpenFaaS.Build.Model;
using OpenFaaS.Build.Protocol;
using OpenFaaS.Build.Templates.Locking;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>What a publish writes itself, which is no part of any context although it may lie in a handler's folder.</summary>
public static class OwnOutputs
{
    /// <summary>Full paths of a function's outputs.</summary>
    public static IReadOnlyList<string> Of(FunctionModel function, BuildRequest request)
    {
        var own = new List<string> { function.Project.OutputFolder, function.ShrinkwrapFolder, Path.Combine(function.Project.Folder, LockFile.FileName) };
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
        return own;
    }
}
