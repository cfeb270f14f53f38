using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Stacks;

/// <summary>A stack file of faas-cli (<c>stack.yaml</c>), read and checked; variables are substituted and anchors resolved.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Gateway"><c>provider.gateway</c>, or null.</param>
/// <param name="Functions">Functions in the order of the file; names are unique.</param>
/// <param name="Templates"><c>configuration.templates</c>.</param>
/// <param name="Copy"><c>configuration.copy</c>: paths, relative to <see cref="Folder"/>, that every function gets.</param>
public sealed record StackFile(
    string Path, StackText? Gateway, IReadOnlyList<StackFunction> Functions, IReadOnlyList<StackTemplate> Templates, IReadOnlyList<StackText> Copy)
{
    /// <summary>The folder that relative paths of the file start from (faas-cli takes the current folder).</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;
}

/// <summary>A scalar of the file.</summary>
/// <param name="Value">Its text; a null scalar is empty.</param>
/// <param name="At">Where it stands.</param>
public sealed record StackText(string Value, SourceLocation At);

/// <summary>An entry of <c>configuration.templates</c>.</summary>
/// <param name="Name">Template name, with <c>@ref</c> as written.</param>
/// <param name="Source">Where it comes from; null leaves that to the template store.</param>
public sealed record StackTemplate(StackText Name, StackText? Source);

/// <summary>A function of a stack file. What is not given is null or empty.</summary>
public sealed record StackFunction
{
    /// <summary>The key in <c>functions</c>; not checked here.</summary>
    public required string Name { get; init; }

    /// <summary>Where the key stands.</summary>
    public required SourceLocation At { get; init; }

    /// <summary><c>lang</c>: template name, with <c>@ref</c> as written.</summary>
    public StackText? Lang { get; init; }

    /// <summary><c>handler</c>: folder, relative to the stack file.</summary>
    public StackText? Handler { get; init; }

    /// <summary><c>image</c>: the image's name.</summary>
    public StackText? Image { get; init; }

    /// <summary><c>skip_build</c>.</summary>
    public bool SkipBuild { get; init; }

    /// <summary><c>build_args</c> in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, StackText>> BuildArgs { get; init; } = [];

    /// <summary><c>build_options</c>.</summary>
    public IReadOnlyList<StackText> BuildOptions { get; init; } = [];

    /// <summary><c>build_secrets</c>: id and file, relative to the stack file.</summary>
    public IReadOnlyList<KeyValuePair<string, StackText>> BuildSecrets { get; init; } = [];

    /// <summary><c>platforms</c>: separated by commas.</summary>
    public StackText? Platforms { get; init; }

    /// <summary>What concerns running and deploying only.</summary>
    public StackRunSettings Run { get; init; } = new();
}

/// <summary>Settings of a function that do not reach its image.</summary>
public sealed record StackRunSettings
{
    /// <summary><c>fprocess</c>.</summary>
    public string? Process { get; init; }

    /// <summary><c>namespace</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary><c>environment</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary><c>environment_file</c>, relative to the stack file; later ones win.</summary>
    public IReadOnlyList<StackText> EnvironmentFiles { get; init; } = [];

    /// <summary><c>secrets</c>: names.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary><c>constraints</c>.</summary>
    public IReadOnlyList<string> Constraints { get; init; } = [];

    /// <summary><c>labels</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary><c>annotations</c>.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary><c>limits</c>.</summary>
    public StackResources? Limits { get; init; }

    /// <summary><c>requests</c>.</summary>
    public StackResources? Requests { get; init; }

    /// <summary><c>readonly_root_filesystem</c>.</summary>
    public bool ReadOnlyRootFileSystem { get; init; }
}

/// <summary>Memory and CPU in Kubernetes units, as written.</summary>
public sealed record StackResources(string? Memory, string? Cpu);
