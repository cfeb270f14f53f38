namespace OpenFaaS.Build.Builders;

/// <summary>Every builder. A new builder is a new folder and one line where the catalog is made.</summary>
public sealed class BuilderCatalog(IReadOnlyList<IImageBuilder> builders)
{
    /// <summary>Values of <c>ContainerBuilder</c> that the contract reserves for engines of later versions.</summary>
    public static IReadOnlySet<string> Reserved { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "openfaas",
    };

    /// <summary>What <c>auto</c> tries, first choice first: no cluster, no remote service, and no tool that nobody keeps any more.</summary>
    private static readonly string[] AutomaticNames = ["embedded", "buildkit", "docker", "podman", "buildah"];

    /// <summary>The builders.</summary>
    public IReadOnlyList<IImageBuilder> Builders => builders;

    /// <summary>The builders that <c>auto</c> tries, first choice first.</summary>
    public IEnumerable<IImageBuilder> Automatic => AutomaticNames.Select(Find).OfType<IImageBuilder>();

    /// <summary>A builder by name, or null.</summary>
    public IImageBuilder? Find(string name) => builders.FirstOrDefault(builder => builder.Capabilities.Name == name);
}
