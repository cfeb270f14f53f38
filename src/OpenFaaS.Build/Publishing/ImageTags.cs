using System.Collections.Concurrent;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.VersionControl;

namespace OpenFaaS.Build.Publishing;

/// <summary>Applies <c>ContainerTagFormat</c> to destinations. git is asked once for each repository of a session; safe for concurrent use.</summary>
internal sealed class ImageTags(Func<string, string?> environment, IBuildLog log)
{
    private readonly ConcurrentDictionary<(string Repository, TagFormat Format), Lazy<Task<string>>> revisions = new();

    /// <summary>The function's destination with its first tag formatted.</summary>
    /// <param name="function">The function.</param>
    /// <param name="contentTag">Computes the tag of <see cref="TagFormat.Digest"/>; called for that format only.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">The repository or git is missing, git does not tell, or the tag is too long.</exception>
    public async Task<Destination> ResolveAsync(
        FunctionModel function, Func<CancellationToken, Task<string>> contentTag, CancellationToken cancellationToken)
    {
        try
        {
            var format = function.TagFormat;
            var text = format switch
            {
                TagFormat.Latest => null,
                TagFormat.Digest => await contentTag(cancellationToken),
                _ => await RevisionAsync(FolderOf(function), format, cancellationToken),
            };
            return function.Destination with { Names = TagFormatting.Apply(function.Destination.Names, format, text) };
        }
        catch (DiagnosticException e) when (e.Diagnostics.Any(diagnostic => diagnostic.Location is null))
        {
            throw e.At(function.Origin);
        }
    }

    // A .NET project's handler is its publish output, which may be anywhere.
    private static string FolderOf(FunctionModel function) =>
        function.Shape == FunctionShape.DotNet ? function.Project.Folder : function.HandlerFolder;

    private Task<string> RevisionAsync(string folder, TagFormat format, CancellationToken cancellationToken) =>
        revisions.GetOrAdd(
            (GitRepository.RootOf(folder) ?? folder, format),
            _ => new Lazy<Task<string>>(() => ReadAsync(GitRepository.Open(folder, environment), format, cancellationToken))).Value;

    private async Task<string> ReadAsync(GitRepository repository, TagFormat format, CancellationToken cancellationToken)
    {
        var text = format switch
        {
            TagFormat.Describe => await repository.DescribeAsync(cancellationToken),
            TagFormat.Branch => $"{await repository.BranchAsync(cancellationToken)}-{await repository.ShortCommitAsync(cancellationToken)}",
            _ => await repository.ShortCommitAsync(cancellationToken),
        };
        if (format == TagFormat.Describe && await repository.IsShallowAsync(cancellationToken))
        {
            log.Report(VersionControlDiagnostics.ShallowDescription.With(repository.Root, text));
        }

        if (await repository.HasChangesAsync(cancellationToken))
        {
            log.Report(VersionControlDiagnostics.UncommittedChanges.With(repository.Root, text));
        }

        return text;
    }
}
