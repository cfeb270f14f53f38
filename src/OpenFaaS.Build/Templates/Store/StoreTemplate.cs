namespace OpenFaaS.Build.Templates.Store;

/// <summary>An entry of a template store.</summary>
/// <param name="Template">Name of the template.</param>
/// <param name="Repo">Repository that holds it, as git takes it; not checked here.</param>
internal sealed record StoreTemplate(string Template, string Repo)
{
    /// <summary>Architecture in faas-cli's names: <c>x86_64</c>, <c>arm64</c>, <c>armhf</c>; empty if it says none.</summary>
    public string Platform { get; init; } = "";

    /// <summary>Programming language, for people.</summary>
    public string Language { get; init; } = "";

    /// <summary>Who publishes it; the first part of <c>SOURCE/NAME</c>.</summary>
    public string Source { get; init; } = "";

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether OpenFaaS maintains it.</summary>
    public bool IsOfficial { get; init; }

    /// <summary>Whether OpenFaaS recommends it.</summary>
    public bool IsRecommended { get; init; }
}
