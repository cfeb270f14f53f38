namespace OpenFaaS.Build.Protocol;

/// <summary>What MSBuild gets back: properties and <c>@(GeneratedContainer)</c> items. Written whole, and only on success.</summary>
public sealed record BuildResponse
{
    public int Version { get; init; } = BuildRequest.CurrentVersion;

    /// <summary>The contract's scalar output properties; left out with more than one function.</summary>
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>One item a function.</summary>
    public required IReadOnlyList<RequestItem> Containers { get; init; }
}
