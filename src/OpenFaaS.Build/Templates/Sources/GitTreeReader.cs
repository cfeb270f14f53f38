using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;
using OpenFaaS.Build.VersionControl;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Reads the templates of a commit straight from git's objects: no checkout, so no filter, hook, attribute or submodule has any effect.</summary>
/// <param name="git">The machine's git.</param>
/// <param name="source">The repository, for messages.</param>
/// <param name="repository">Folder of the bare repository that holds the commit.</param>
/// <param name="limits">Bounds of time and size.</param>
/// <param name="log">Is told what was left out.</param>
internal sealed class GitTreeReader(GitTool git, GitSource source, string repository, TemplateLimits limits, IBuildLog log)
{
    private const string Folder = "template";
    private const string TreeMode = "040000";
    private const string LinkMode = "120000";
    private const string SubmoduleMode = "160000";
    private const string ExecutableMode = "100755";
    private const int ShownNames = 10;
    private const int LongestPointer = 1024;

    private readonly GitObjects objects = new(git, source, repository, limits);

    /// <summary>Gives all files and links below <c>template/</c> to <paramref name="tree"/>, with paths relative to it.</summary>
    /// <exception cref="DiagnosticException">There is no such folder, a path is refused, or a limit is reached.</exception>
    public async Task ReadAsync(string commit, ITemplateTree tree, CancellationToken cancellationToken)
    {
        await EnsureFolderAsync(commit, cancellationToken);
        var leftOut = new List<string>();
        var entries = await ListAsync(commit, leftOut, cancellationToken);
        if (entries.Count == 0)
        {
            throw NoFolder($"the folder '{Folder}' of commit {commit} holds no template");
        }

        await objects.ReadAsync(entries, commit, (entry, content, token) => AddAsync(entry, content, tree, leftOut, token), cancellationToken);
        if (leftOut.Count > 0)
        {
            var more = leftOut.Count > ShownNames ? $" and {leftOut.Count - ShownNames} more" : "";
            log.Report(TemplateSourceDiagnostics.LeftOut.With(GitFailure.Name(source), string.Join(", ", leftOut.Take(ShownNames)) + more));
        }
    }

    private async Task EnsureFolderAsync(string commit, CancellationToken cancellationToken)
    {
        var modes = new List<string>();
        await objects.ListAsync(commit, Folder, isRecursive: false, entry => modes.Add(entry.Mode), cancellationToken);
        var why = modes switch
        {
            [] => "has no folder",
            [TreeMode] => null,
            [LinkMode] => "has a symbolic link instead of the folder",
            [SubmoduleMode] => "has a submodule instead of the folder",
            [_] => "has a file instead of the folder",
            _ => "has several entries",
        };
        if (why is not null)
        {
            throw NoFolder($"commit {commit} {why} '{Folder}'");
        }
    }

    private async Task<List<TreeEntry>> ListAsync(string commit, List<string> leftOut, CancellationToken cancellationToken)
    {
        var entries = new List<TreeEntry>();
        long bytes = 0;
        var count = 0;
        await objects.ListAsync(
            commit,
            Folder + "/",
            isRecursive: true,
            listed =>
            {
                bytes += listed.Size;
                if (++count > limits.Entries || bytes > limits.UnpackedBytes)
                {
                    throw Limit(count > limits.Entries ? $"it holds more than {limits.Entries} files" : $"its files are larger than {limits.UnpackedBytes} bytes");
                }

                Sort(listed with { Path = listed.Path[(Folder.Length + 1)..] }, entries, leftOut);
            },
            cancellationToken);
        return entries;
    }

    private void Sort(TreeEntry entry, List<TreeEntry> entries, List<string> leftOut)
    {
        if (entry.Path.Contains(TreeListing.NotUnicode, StringComparison.Ordinal))
        {
            throw TemplateSourceDiagnostics.PathRefused.With(GitFailure.Name(source), SafeText.Neutralize(entry.Path), "is not Unicode").ToException();
        }

        var isTop = !entry.Path.Contains('/', StringComparison.Ordinal);
        if (entry.Mode == SubmoduleMode)
        {
            leftOut.Add($"submodule '{SafeText.Neutralize(entry.Path)}'");
        }
        else if (isTop && entry.Mode == LinkMode)
        {
            leftOut.Add($"link '{SafeText.Neutralize(entry.Path)}'");
        }
        else if (!isTop)
        {
            entries.Add(entry);
        }

        // Left over are files beside the templates, a README for example: faas-cli takes no notice of them either.
    }

    private async Task AddAsync(TreeEntry entry, Stream content, ITemplateTree tree, List<string> leftOut, CancellationToken cancellationToken)
    {
        if (entry.Mode == LinkMode)
        {
            if (content.Length > limits.PathBytes)
            {
                throw Limit($"the target of its link '{SafeText.Neutralize(entry.Path)}' is longer than {limits.PathBytes} bytes");
            }

            tree.AddLink(entry.Path, Encoding.UTF8.GetString(await BytesAsync(content, cancellationToken)));
            return;
        }

        Stream file = content;
        if (content.Length <= LongestPointer)
        {
            var bytes = await BytesAsync(content, cancellationToken);
            if (bytes.AsSpan().StartsWith("version https://git-lfs.github.com/spec/"u8))
            {
                leftOut.Add($"content of '{SafeText.Neutralize(entry.Path)}', which Git LFS keeps elsewhere");
            }

            file = new MemoryStream(bytes, writable: false);
        }

        await tree.AddFileAsync(entry.Path, entry.Mode == ExecutableMode, file, cancellationToken);
    }

    private static async Task<byte[]> BytesAsync(Stream content, CancellationToken cancellationToken)
    {
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private DiagnosticException NoFolder(string why) => TemplateSourceDiagnostics.NoTemplateFolder.With(GitFailure.Name(source), why).ToException();

    private DiagnosticException Limit(string what) => TemplateSourceDiagnostics.LimitReached.With(GitFailure.Name(source), what).ToException();
}
