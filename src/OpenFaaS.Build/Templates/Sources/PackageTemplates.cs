using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Reads templates from NuGet packages that restore has put into a packages folder: from the package file, never from the unpacked folder beside it.</summary>
/// <param name="roots">Packages folders, the first one first: <c>NuGetPackageRoot</c> and fallback folders.</param>
/// <param name="limits">Bounds; the defaults if null.</param>
internal sealed class PackageTemplates(IReadOnlyList<string> roots, PackageLimits? limits = null)
{
    private const string Folder = "template/";
    private const string Signature = ".signature.p7s";
    private readonly PackageLimits limits = limits ?? new PackageLimits();

    /// <summary>Hands the files of every folder in the package's <c>template</c> folder to <paramref name="tree"/>; none before the whole package has been checked.</summary>
    /// <remarks>
    /// A file is executable if its Unix mode says so or if it begins with <c>#!</c>: <c>dotnet pack</c> gives every file the same mode,
    /// and a script that the template's author could execute is to be one here as well.
    /// </remarks>
    /// <exception cref="DiagnosticException">The package has not been restored, is not the one that was restored, is damaged, or is refused.</exception>
    public async Task ReadAsync(PackageName package, ITemplateTree tree, CancellationToken cancellationToken)
    {
        var path = Find(package);
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous);
            var bytes = new ZipBytes(file.SafeFileHandle);
            if (bytes.Length > limits.PackageBytes)
            {
                throw new ZipFormatException($"it is larger than {limits.PackageBytes} bytes") { IsUnsafe = true };
            }

            var entries = ZipDirectory.Read(bytes, limits);
            await PackageSeal.CheckAsync(file, entries.Any(entry => entry.Name == Signature), cancellationToken);
            var files = entries.Where(IsOfTemplate).ToList();
            EnsureWithinLimits(files);
            if (files.Count == 0)
            {
                throw TemplateSourceDiagnostics.PackageWithoutTemplates.With(path).ToException();
            }

            foreach (var entry in files)
            {
                await using var content = new ZipEntryContent(bytes, entry);
                var isExecutable = entry.IsExecutable | await content.IsScriptAsync(cancellationToken);
                await tree.AddFileAsync(entry.Name[Folder.Length..], isExecutable, content, cancellationToken);
            }
        }
        catch (ZipFormatException e)
        {
            throw (e.IsUnsafe ? TemplateSourceDiagnostics.UnsafePackage : TemplateSourceDiagnostics.MalformedPackage).With(path, e.Message).ToException(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TemplateSourceDiagnostics.MalformedPackage.With(path, e.Message.TrimEnd('.')).ToException(e);
        }
    }

    private string Find(PackageName package)
    {
        var paths = roots.Select(root => Path.Combine(root, package.RelativePath)).ToList();
        return paths.FirstOrDefault(path => FileStatus.Of(path)?.Type == FileType.File && PackageSeal.IsFinished(path))
            ?? throw TemplateSourceDiagnostics.PackageNotRestored
                .With(package.Id, package.Version, roots.Count == 0 ? "any packages folder" : string.Join(", ", roots.Select(root => $"'{root}'"))).ToException();
    }

    // Files that lie in the folder itself belong to no template.
    private static bool IsOfTemplate(ZipEntry entry) =>
        !entry.IsFolder && entry.Name.StartsWith(Folder, StringComparison.Ordinal) && entry.Name.IndexOf('/', Folder.Length) > 0;

    // Sizes are those declared; content that turns out larger or smaller is an error when it is read.
    private void EnsureWithinLimits(List<ZipEntry> files)
    {
        var (size, packed) = (files.Sum(file => file.Size), files.Sum(file => file.PackedSize));
        if (size > limits.UnpackedBytes)
        {
            throw new ZipFormatException($"its templates unpack to more than {limits.UnpackedBytes} bytes") { IsUnsafe = true };
        }

        if (size > limits.FreeBytes && size / limits.Ratio > packed)
        {
            throw new ZipFormatException($"its templates unpack to more than {limits.Ratio} times their packed size") { IsUnsafe = true };
        }
    }
}
