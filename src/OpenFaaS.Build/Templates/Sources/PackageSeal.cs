using System.Security.Cryptography;
using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Files;
using OpenFaaS.Build.Registry.Transport;
using OpenFaaS.Build.Templates.Documents;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>What restore wrote beside a package when it had it whole: the SHA-512 of the file, and of its content without a signature.</summary>
internal static class PackageSeal
{
    private const int MostBytes = 64 * 1024;
    private const string Metadata = ".nupkg.metadata";

    /// <summary>Whether restore has finished the package; its marker is what it writes last.</summary>
    public static bool IsFinished(string package) => File.Exists(MetadataOf(package)) || File.Exists(HashOf(package));

    /// <summary>Compares the open package with both.</summary>
    /// <param name="file">The package, at its beginning.</param>
    /// <param name="isSigned">Whether the package holds a signature, which its content hash does not cover.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="DiagnosticException">One of them says something else.</exception>
    public static async Task CheckAsync(FileStream file, bool isSigned, CancellationToken cancellationToken)
    {
        var actual = Convert.ToBase64String(await SHA512.HashDataAsync(file, cancellationToken));
        if (File.Exists(HashOf(file.Name)))
        {
            Compare(file.Name, actual, HashOf(file.Name), Encoding.UTF8.GetString(await ReadAsync(HashOf(file.Name), file.Name, actual, cancellationToken)).Trim());
        }

        if (!isSigned && File.Exists(MetadataOf(file.Name)))
        {
            var bytes = await ReadAsync(MetadataOf(file.Name), file.Name, actual, cancellationToken);
            try
            {
                var hash = JsonValue.Read(bytes, static root => root.Members().FirstOrDefault(member => member.Key == "contentHash") is { Key: not null } member ? member.Value.Text() : "");
                Compare(file.Name, actual, MetadataOf(file.Name), hash);
            }
            catch (JsonShapeException)
            {
                Compare(file.Name, actual, MetadataOf(file.Name), "");
            }
        }
    }

    private static string HashOf(string package) => package + ".sha512";

    private static string MetadataOf(string package) => Path.Combine(Path.GetDirectoryName(package)!, Metadata);

    private static async Task<byte[]> ReadAsync(string path, string package, string actual, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedFile.ReadAsync(path, MostBytes, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TemplateSourceDiagnostics.PackageTampered.With(package, actual, path, "nothing that can be read").ToException(e);
        }
    }

    private static void Compare(string package, string actual, string path, string expected)
    {
        if (actual != expected)
        {
            throw TemplateSourceDiagnostics.PackageTampered
                .With(package, actual, path, expected.Length == 0 ? "nothing that can be read" : SafeText.Neutralize(expected)).ToException();
        }
    }
}
