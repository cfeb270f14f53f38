namespace OpenFaaS.Build.Builders;

/// <summary>Every builder, in the order in which <c>auto</c> tries them. A new builder is a new folder and one line where the catalog is made.</summary>
public sealed class BuilderCatalog(IReadOnlyList<IImageBuilder> builders)
{
    /// <summary>Values of <c>ContainerBuilder</c> that the contract reserves for engines of later versions.</summary>
    public static IReadOnlySet<string> Reserved { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "docker", "podman", "buildah", "img", "nerdctl", "k3c", "pouch", "kaniko", "openfaas",
    };

    /// <summary>The builders, first choice first.</summary>
    public IReadOnlyList<IImageBuilder> Builders => builders;

    /// <summary>A builder by name, or null.</summary>
    public IImageBuilder? Find(string name) => builders.FirstOrDefault(builder => builder.Capabilities.Name == name);
}
