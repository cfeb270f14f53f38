using System.Text;
using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Files;

namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>What the executor reads and writes, as folders of this machine below the build's own, with which they go.</summary>
/// <param name="Context">The context.</param>
/// <param name="Dockerfile">Full path of the Dockerfile; its folder has what belongs beside it, and nothing else.</param>
/// <param name="ConfigFolder">Folder of docker's <c>config.json</c>, which only this user may read.</param>
/// <param name="CertificateFolder">Folder of authorities.</param>
/// <param name="OutputFolder">Folder that gets the digest.</param>
internal sealed record RunFolder(string Context, string Dockerfile, string ConfigFolder, string CertificateFolder, string OutputFolder)
{
    /// <summary>Name of the file with the digest.</summary>
    public const string Digest = "digest";

    private const int LongestDigest = 1024;

    /// <summary>Writes everything that is read.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">Something cannot be written.</exception>
    public static async Task<RunFolder> WriteAsync(KanikoRun run, CancellationToken cancellationToken)
    {
        var build = run.Build;
        var context = await ContextFolder.WriteAsync(build, run.Dockerfile, cancellationToken);
        var config = await SecretFiles.WriteAsync(build.TemporaryFolder, "config.json", run.DockerConfig, cancellationToken);
        var certificates = Path.Combine(build.TemporaryFolder, "certificates");
        try
        {
            Directory.CreateDirectory(certificates);
            foreach (var (_, name, content) in ExecutorPlaces.CertificateFiles(run))
            {
                await File.WriteAllTextAsync(Path.Combine(certificates, name), content, new UTF8Encoding(false), cancellationToken);
            }

            var output = SharedFolder.Create(Path.Combine(build.TemporaryFolder, "output"));
            return new RunFolder(context.Folder, context.Dockerfile, Path.GetDirectoryName(config)!, certificates, output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskFailure.Of(build.TemporaryFolder, e);
        }
    }

    /// <summary>What the executor left as digest; empty where it left none, or something that is no such file.</summary>
    public async Task<string> DigestAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(OutputFolder, Digest);
        try
        {
            // Steps run where the executor does: a link of theirs is not followed.
            return FileStatus.Of(path)?.Type == FileType.File ? Encoding.UTF8.GetString(await BoundedFile.ReadAsync(path, LongestDigest, cancellationToken)) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
