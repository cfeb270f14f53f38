using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Shrinkwrap;

/// <summary>What <c>copy</c> of a stack file or <c>@(FunctionCopyExtra)</c> adds to the handler.</summary>
internal static class ExtraFiles
{
    /// <summary>The entries of a path, named as below the base folder.</summary>
    /// <exception cref="DiagnosticException">There is nothing, or a link on the way.</exception>
    public static IReadOnlyList<ContextEntry> Of(ExtraPath copy, FunctionModel function, ScanOptions options, IBuildLog log)
    {
        var parent = PathNames.Parent(copy.Path);
        EnsurePlain(copy, function.BaseFolder);
        return [.. DirectoryScanner.ScanPath(Full(function.BaseFolder, copy.Path), options, log).Select(entry => entry with { Path = PathNames.Join(parent, entry.Path) })];
    }

    // A link may lead out of the folder that copies are held to; what it leads to can be named itself.
    private static void EnsurePlain(ExtraPath copy, string baseFolder)
    {
        for (var end = copy.Path.IndexOf('/', StringComparison.Ordinal); ; end = copy.Path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? copy.Path : copy.Path[..end];
            if (StatusOf(Full(baseFolder, part), copy) is not { } status)
            {
                throw InputDiagnostics.CopyNotFound.With(copy.Path, baseFolder).At(copy.At).ToException();
            }

            if (status.Type == FileType.SymbolicLink)
            {
                throw InputDiagnostics.CopyThroughLink.With(copy.Path, part).At(copy.At).ToException();
            }

            if (end < 0)
            {
                return;
            }
        }
    }

    private static FileStatus? StatusOf(string path, ExtraPath copy)
    {
        try
        {
            return FileStatus.Of(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LayerDiagnostics.CannotRead.With($"'{copy.Path}'", e.Message.TrimEnd('.')).At(copy.At).ToException(e);
        }
    }

    private static string Full(string baseFolder, string path) => Path.Combine(baseFolder, path.Replace('/', Path.DirectorySeparatorChar));
}
