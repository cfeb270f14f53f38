using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Writes pulled templates into a new private folder.</summary>
/// <param name="folder">The folder; nothing else writes there.</param>
/// <param name="source">The source as messages name it.</param>
/// <param name="limits">Bounds on what is written.</param>
internal sealed class TemplateTreeWriter(string folder, string source, TemplateLimits limits) : ITemplateTree
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ExecuteMode = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const int BufferSize = 64 * 1024;

    // Every path and every folder above it, by its spelling on a system that does not care about case.
    private readonly Dictionary<string, (string Path, bool IsFolder)> known = new(StringComparer.Ordinal);
    private int entries;
    private long bytes;

    /// <inheritdoc/>
    public async Task AddFileAsync(string path, bool isExecutable, Stream content, CancellationToken cancellationToken)
    {
        var full = Claim(path);
        try
        {
            await using (var file = new FileStream(full, System.IO.FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                await CopyAsync(content, file, cancellationToken);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(full, isExecutable ? FileMode | ExecuteMode : FileMode);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(full, e);
        }
    }

    /// <inheritdoc/>
    public void AddLink(string path, string target)
    {
        if (target.Length == 0 || target.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(target) > limits.PathBytes)
        {
            throw Refused(path, "is a link without a possible target");
        }

        var full = Claim(path);
        try
        {
            File.CreateSymbolicLink(full, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(full, e);
        }
    }

    private async Task CopyAsync(Stream content, FileStream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (await content.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            bytes += read;
            if (bytes > limits.UnpackedBytes)
            {
                throw Limit($"its files are larger than {limits.UnpackedBytes} bytes");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private string Claim(string path)
    {
        if (++entries > limits.Entries)
        {
            throw Limit($"it holds more than {limits.Entries} files");
        }

        if (Encoding.UTF8.GetByteCount(path) > limits.PathBytes)
        {
            throw Limit($"one of its paths is longer than {limits.PathBytes} bytes");
        }

        var parts = path.Split('/');
        if (parts.Length < 2)
        {
            throw Refused(path, "is not in the folder of a template");
        }

        if (parts.Select(TreePath.WhyRefused).FirstOrDefault(why => why is not null) is { } refused)
        {
            throw Refused(path, refused);
        }

        for (var length = 1; length < parts.Length; length++)
        {
            Remember(path, string.Join('/', parts[..length]), isFolder: true);
        }

        Remember(path, path, isFolder: false);
        var full = Path.Combine([folder, .. parts]);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);

            // Some file systems take still other names for one, composed and decomposed letters for example.
            for (var length = 1; length < parts.Length; length++)
            {
                if (FileStatus.Of(Path.Combine([folder, .. parts[..length]])) is not { Type: FileType.Directory })
                {
                    throw Refused(path, "lies below a file or a link");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(full, e);
        }

        return full;
    }

    // A folder is met once for each of its files, anything else once at all: so nothing is ever written through a link.
    private void Remember(string whole, string path, bool isFolder)
    {
        var entry = (Path: path, IsFolder: isFolder);
        if (!known.TryAdd(TreePath.Fold(path), entry) && known[TreePath.Fold(path)] is var earlier && (earlier != entry || !isFolder))
        {
            throw Refused(whole, earlier.Path == path ? "is there twice, or lies below a file or a link" : $"differs from '{SafeText.Neutralize(earlier.Path)}' in case only");
        }
    }

    private DiagnosticException Refused(string path, string why) => TemplateSourceDiagnostics.PathRefused.With(source, SafeText.Neutralize(path), why).ToException();

    private DiagnosticException Limit(string what) => TemplateSourceDiagnostics.LimitReached.With(source, what).ToException();
}
