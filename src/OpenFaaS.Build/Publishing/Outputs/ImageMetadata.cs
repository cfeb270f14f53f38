namespace OpenFaaS.Build.Publishing.Outputs;

/// <summary>Everything that is told about one function's image; the content of <c>&lt;function&gt;.image.json</c> and the metadata of <c>@(GeneratedContainer)</c>.</summary>
public sealed record ImageMetadata
{
    public required string FunctionName { get; init; }

    /// <summary>Host with optional port; empty where the image did not go to a registry.</summary>
    public string Registry { get; init; } = "";

    public string Repository { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The image's full names, one a tag, as a registry or an engine has them.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>What a registry serves for the image: the digest of the manifest, or of the index with several platforms.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Digest of the configuration; empty with several platforms.</summary>
    public string ConfigDigest { get; init; } = "";

    public string MediaType { get; init; } = "";

    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>Bytes of manifests, configurations and layers, each blob once.</summary>
    public long Size { get; init; }

    public string Builder { get; init; } = "";

    /// <summary>Full path of the archive, or empty.</summary>
    public string ArchivePath { get; init; } = "";

    /// <summary>Full path of the shrinkwrapped build context, or empty.</summary>
    public string ContextPath { get; init; } = "";

    /// <summary>JSON of the manifest or index.</summary>
    public string Manifest { get; init; } = "";

    /// <summary>JSON of the configuration; empty with several platforms.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>Seconds that this publish took, with three decimals.</summary>
    public string Duration { get; init; } = "";

    /// <summary><c>registry/repository@sha256:…</c>, the archive's path, or the local name.</summary>
    public required string Identity { get; init; }

    /// <summary>What the last message of a publish names: <c>registry/repository:tag@sha256:…</c>, the archive, or the local name.</summary>
    public required string DisplayName { get; init; }
}
