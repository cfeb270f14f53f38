namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>Where the executor finds and leaves things, as it sees them.</summary>
/// <param name="Context">The context: <c>dir:///…</c>, or <c>tar://stdin</c> for a gzip-compressed tar.</param>
/// <param name="Dockerfile">Full path of the Dockerfile.</param>
/// <param name="DigestFile">Full path of the file that gets the digest.</param>
/// <param name="CertificateFolder">Full path of the folder with authorities.</param>
/// <param name="Layout">Full path of the folder that gets the image; null for none.</param>
internal sealed record ExecutorPlaces(string Context, string Dockerfile, string DigestFile, string CertificateFolder, string? Layout)
{
    /// <summary>Rules that leave nothing out.</summary>
    public const string NoIgnore = "# applied already\n";

    /// <summary>All arguments of a run.</summary>
    public IReadOnlyList<string> Arguments(KanikoRun run) =>
    [
        "--context=" + Context,
        "--dockerfile=" + Dockerfile,
        .. run.Arguments,
        "--digest-file=" + DigestFile,
        .. Layout is null ? Array.Empty<string>() : ["--oci-layout-path=" + Layout],
        .. CertificateFiles(run).Select(file => $"--registry-certificate={file.Registry}={CertificateFolder}/{file.Name}"),
    ];

    /// <summary>The authorities as files of <see cref="CertificateFolder"/>: <c>0.crt</c>, <c>1.crt</c>, …, since registries have colons in their names.</summary>
    public static IEnumerable<(string Registry, string Name, string Content)> CertificateFiles(KanikoRun run) =>
        run.Certificates.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select((pair, index) => (pair.Key, $"{index}.crt", pair.Value));
}
