using OpenFaaS.Build.BuildKit.Sessions;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Tools;

/// <summary>The secrets of a build as files that only this user may read: arguments and variables of a process can be read by others.</summary>
internal static class SecretFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the secrets; they go with the build's temporary folder.</summary>
    /// <param name="steps">Names them.</param>
    /// <param name="inputs">Gives their values.</param>
    /// <param name="temporaryFolder">The build's own folder.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Full paths of the files by the secrets' ids.</returns>
    /// <exception cref="Diagnostics.DiagnosticException">A file cannot be written.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> WriteAsync(
        StepsModel steps, StepInputs inputs, string temporaryFolder, CancellationToken cancellationToken)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, index) in steps.Secrets.Select((secret, index) => (secret.Name, index)))
        {
            // Not by its id, which may hold anything.
            files[id] = await WriteAsync(temporaryFolder, $"secret-{index}", await inputs.SecretAsync(id, cancellationToken) ?? [], cancellationToken);
        }

        return files;
    }

    /// <summary>Writes one private file.</summary>
    /// <returns>Its full path.</returns>
    /// <exception cref="Diagnostics.DiagnosticException">It cannot be written.</exception>
    public static async Task<string> WriteAsync(string temporaryFolder, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(temporaryFolder, "private", name);
        try
        {
            CreatePrivate(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            await using var file = new FileStream(path, options);
            await file.WriteAsync(content, cancellationToken);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(path, e);
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }
}
