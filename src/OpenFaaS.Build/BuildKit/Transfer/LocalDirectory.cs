using OpenFaaS.Build.Context;

namespace OpenFaaS.Build.BuildKit.Transfer;

/// <summary>Files that a session offers to the daemon under a name (<c>context</c>, <c>dockerfile</c>, a named context). Nothing of them need be on disk.</summary>
/// <param name="Files">The files.</param>
/// <param name="Times">Gives every file a modification time that changes with its content.</param>
internal sealed record LocalDirectory(FileSet Files, ContentTimes Times)
{
    /// <summary>Whether modes are those that Docker's tools give on Windows; for files whose modes come from a disk that has none.</summary>
    public bool WindowsModes { get; init; }
}
