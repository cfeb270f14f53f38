using System.Collections.ObjectModel;

namespace OpenFaaS.Build.Protocol;

/// <summary>What MSBuild asks for: raw properties and items of one project, as evaluated. Nothing in it is validated; it never holds a secret's value.</summary>
/// <remarks>What a request leaves out is empty.</remarks>
public sealed record BuildRequest
{
    /// <summary>The version of this format that the worker understands.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Format version.</summary>
    public required int Version { get; init; }

    /// <summary>Version of the SDK package that wrote the request.</summary>
    public string SdkVersion { get; init; } = "";

    /// <summary>Full path of the project file.</summary>
    public required string Project { get; init; }

    /// <summary>Project file name without extension.</summary>
    public required string ProjectName { get; init; }

    /// <summary>Full path of the project folder.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary><c>dotnet</c> (the publish output is the handler), <c>any</c> (the handler is a folder) or <c>stack</c> (the functions of a stack file).</summary>
    public required string Shape { get; init; }

    /// <summary>Full path of the folder for outputs and state, below the project's intermediate folder.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>MSBuild properties by name; empty ones are left out.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>MSBuild items by item type, in evaluation order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<RequestItem>> Items { get; init; } = ReadOnlyDictionary<string, IReadOnlyList<RequestItem>>.Empty;

    /// <summary>A property, or null when it is empty or unset.</summary>
    public string? Property(string name) => Properties.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The items of a type; none is an empty list.</summary>
    public IReadOnlyList<RequestItem> ItemsOf(string type) => Items.TryGetValue(type, out var items) ? items : [];
}

/// <summary>One MSBuild item.</summary>
/// <param name="Include">The item's identity.</param>
/// <param name="Metadata">Custom metadata by name.</param>
public sealed record RequestItem(string Include, IReadOnlyDictionary<string, string>? Metadata = null)
{
    /// <summary>A metadatum, or null when it is empty or unset.</summary>
    public string? Get(string name) =>
        Metadata is not null && Metadata.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
