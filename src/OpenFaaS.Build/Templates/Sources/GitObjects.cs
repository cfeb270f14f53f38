using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Processes;
using OpenFaaS.Build.VersionControl;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>The objects of a bare repository, as git lists and prints them.</summary>
/// <param name="git">The machine's git.</param>
/// <param name="source">The repository, for messages.</param>
/// <param name="repository">Its folder.</param>
/// <param name="limits">Bounds of time and size.</param>
internal sealed class GitObjects(GitTool git, GitSource source, string repository, TemplateLimits limits)
{
    /// <summary>Lists the entries at a path of a commit.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="path">A path from the root; with <c>/</c> at the end what is in it, else itself.</param>
    /// <param name="isRecursive">Whether folders are entered instead of listed.</param>
    /// <param name="add">Gets each entry; what it throws ends git.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="DiagnosticException">The objects cannot be read.</exception>
    public Task ListAsync(string commit, string path, bool isRecursive, Action<TreeEntry> add, CancellationToken cancellationToken) =>
        RunAsync(
            ["ls-tree", .. isRecursive ? ["-r"] : Array.Empty<string>(), "-z", "-l", "--full-tree", commit, "--", path],
            commit,
            null,
            async (output, token) =>
            {
                await foreach (var entry in TreeListing.ReadAsync(output, limits.PathBytes, token))
                {
                    add(entry);
                }
            },
            cancellationToken);

    /// <summary>Reads the content of entries, one after the other.</summary>
    /// <param name="entries">Files and links.</param>
    /// <param name="commit">The commit that they are of, for messages.</param>
    /// <param name="receive">Gets each entry and its content, which knows its length.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="DiagnosticException">The objects cannot be read.</exception>
    public Task ReadAsync(IReadOnlyList<TreeEntry> entries, string commit, Func<TreeEntry, Stream, CancellationToken, Task> receive, CancellationToken cancellationToken) =>
        RunAsync(
            ["cat-file", "--batch"],
            commit,
            async (input, token) =>
            {
                foreach (var entry in entries)
                {
                    await input.WriteAsync(Encoding.ASCII.GetBytes(entry.Id + "\n"), token);
                }
            },
            async (output, token) =>
            {
                var batch = new ObjectBatch(output);
                foreach (var entry in entries)
                {
                    var content = await batch.NextAsync(entry.Id, token) ?? throw Damaged($"the object {entry.Id} is missing or no file");
                    await receive(entry, content, token);
                }
            },
            cancellationToken);

    private async Task RunAsync(
        string[] arguments, string commit, Func<Stream, CancellationToken, Task>? input, Func<Stream, CancellationToken, Task> output, CancellationToken cancellationToken)
    {
        try
        {
            var result = await git.RunAsync(
                new GitRun(arguments, repository)
                {
                    Timeout = limits.Time,
                    Input = input,
                    Output = output,
                    Environment = new Dictionary<string, string?> { ["GIT_DIR"] = repository },
                },
                cancellationToken);
            if (result.ExitCode != 0)
            {
                throw GitFailure.Of(source, result.Error, commit);
            }
        }
        catch (ToolFailedException e)
        {
            throw GitFailure.TimedOut(source, e.Message);
        }
        catch (EndOfStreamException)
        {
            throw Damaged("git's output ends early, or holds a path that is too long");
        }
    }

    private DiagnosticException Damaged(string why) => TemplateSourceDiagnostics.RepositoryDamaged.With(GitFailure.Name(source), why).ToException();
}
