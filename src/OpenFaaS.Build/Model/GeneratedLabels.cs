namespace OpenFaaS.Build.Model;

/// <summary>The labels that .NET SDK container publishing derives from a project (<c>ContainerGenerateLabels*</c>). Times come from <c>SOURCE_DATE_EPOCH</c> only, so that one input gives one image.</summary>
internal static class GeneratedLabels
{
    private const string Oci = "org.opencontainers.image.";

    /// <summary>Label, its switch after <c>ContainerGenerateLabels</c>, and the properties whose first value is taken.</summary>
    private static readonly (string Label, string Switch, string[] Properties)[] Table =
    [
        (Oci + "description", "ImageDescription", ["ContainerDescription", "Description"]),
        ("org.opencontainers.artifact.description", "ImageDescription", ["ContainerDescription", "Description"]),
        (Oci + "authors", "ImageAuthors", ["ContainerAuthors", "Authors"]),
        (Oci + "url", "ImageUrl", ["ContainerInformationUrl", "PackageProjectUrl"]),
        (Oci + "documentation", "ImageDocumentation", ["ContainerDocumentationUrl", "PackageProjectUrl"]),
        (Oci + "version", "ImageVersion", ["ContainerVersion", "PackageVersion"]),
        (Oci + "vendor", "ImageVendor", ["ContainerVendor"]),
        (Oci + "licenses", "ImageLicenses", ["ContainerLicenseExpression", "PackageLicenseExpression"]),
        (Oci + "title", "ImageTitle", ["ContainerTitle", "Title"]),
        ("net.dot.sdk.version", "DotnetToolset", ["NETCoreSdkVersion"]),
    ];

    /// <summary>The label that names the base image.</summary>
    public const string BaseName = Oci + "base.name";

    /// <summary>Adds the labels that the project's switches ask for; labels of the user stay.</summary>
    /// <returns>Names of the labels that were added.</returns>
    public static IReadOnlySet<string> AddTo(IDictionary<string, string> labels, InputReader reader, string baseImage)
    {
        var added = new HashSet<string>(StringComparer.Ordinal);
        if (reader.Switch("ContainerGenerateLabels") == false)
        {
            return added;
        }

        foreach (var (label, name, properties) in Table)
        {
            Add(label, name, properties.Select(reader.Text).FirstOrDefault(text => text is not null));
        }

        Add(BaseName, "ImageBaseName", baseImage);
        Add("net.dot.runtime.majorminor", "DotnetToolset", reader.Text("TargetFrameworkVersion")?.TrimStart('v', 'V'));
        if (reader.Switch("PublishRepositoryUrl") == true)
        {
            Add(Oci + "source", "ImageSource", RepositoryUrl(reader));
            Add(Oci + "revision", "ImageRevision", reader.Text("SourceRevisionId"));
        }

        return added;

        void Add(string label, string name, string? value)
        {
            if (value is not null && reader.Switch("ContainerGenerateLabels" + name) != false && !labels.ContainsKey(label))
            {
                labels[label] = value;
                added.Add(label);
            }
        }
    }

    private static string? RepositoryUrl(InputReader reader)
    {
        var url = reader.Text("PrivateRepositoryUrl") ?? reader.Text("RepositoryUrl");
        return url is not null && url.EndsWith(".git", StringComparison.Ordinal) ? url[..^".git".Length] : url;
    }
}
