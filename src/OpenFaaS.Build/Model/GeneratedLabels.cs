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

    /// <summary>Adds the labels that the project's switches ask for; labels of the user stay.</summary>
    public static void AddTo(IDictionary<string, string> labels, InputReader reader, string baseImage)
    {
        if (reader.Switch("ContainerGenerateLabels") == false)
        {
            return;
        }

        foreach (var (label, name, properties) in Table)
        {
            Add(label, name, properties.Select(reader.Text).FirstOrDefault(text => text is not null));
        }

        Add(Oci + "base.name", "ImageBaseName", baseImage);
        Add("net.dot.runtime.majorminor", "DotnetToolset", reader.Text("TargetFrameworkVersion")?.TrimStart('v', 'V'));
        if (reader.Switch("PublishRepositoryUrl") == true)
        {
            Add(Oci + "source", "ImageSource", RepositoryUrl(reader));
            Add(Oci + "revision", "ImageRevision", reader.Text("SourceRevisionId"));
        }

        void Add(string label, string name, string? value)
        {
            if (value is not null && reader.Switch("ContainerGenerateLabels" + name) != false && !labels.ContainsKey(label))
            {
                labels[label] = value;
            }
        }
    }

    private static string? RepositoryUrl(InputReader reader)
    {
        var url = reader.Text("PrivateRepositoryUrl") ?? reader.Text("RepositoryUrl");
        return url is not null && url.EndsWith(".git", StringComparison.Ordinal) ? url[..^".git".Length] : url;
    }
}
