using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Model;

/// <summary>Where the files of a function come from.</summary>
public enum FunctionShape
{
    /// <summary>Shape A: the publish output of a .NET project.</summary>
    DotNet,

    /// <summary>Shape B: a handler folder in any language.</summary>
    Any,
}

/// <summary>What happens to modes of files in the build context.</summary>
public enum FileModePolicy
{
    /// <summary>Files 0644 or 0755 by x-bit, folders 0755.</summary>
    Normalize,

    /// <summary>As on disk.</summary>
    Preserve,
}

/// <summary>One function as it is built: every value is parsed and valid. Immutable.</summary>
public sealed record FunctionModel
{
    public required FunctionName Name { get; init; }

    public required FunctionShape Shape { get; init; }

    public required ProjectInfo Project { get; init; }

    /// <summary>The place to blame: the project file, or the function's line in a stack file.</summary>
    public required SourceLocation Origin { get; init; }

    /// <summary>Full path of the folder of the project or of the stack file.</summary>
    public required string BaseFolder { get; init; }

    public required TemplateName Template { get; init; }

    /// <summary>Where templates come from that are in no folder of the project's; the first entry of a name counts.</summary>
    public required IReadOnlyList<TemplateSourceEntry> TemplateSources { get; init; }

    /// <summary>Full paths of folders that are laid over the template, in this order.</summary>
    public required IReadOnlyList<string> TemplateOverrides { get; init; }

    /// <summary>Names of options of the template whose packages are built in.</summary>
    public required IReadOnlyList<string> BuildOptions { get; init; }

    /// <summary>Files and folders that are copied into the handler's folder.</summary>
    public required IReadOnlyList<ExtraPath> Copies { get; init; }

    /// <summary>Full path of the folder that holds templates, or null where they are looked up beside the project.</summary>
    public string? TemplatePath { get; init; }

    /// <summary>Full path of the folder that is laid over the template.</summary>
    public required string HandlerFolder { get; init; }

    public required FileModePolicy FileMode { get; init; }

    /// <summary>Whether <c>.dockerignore</c> of template and handler applies.</summary>
    public required bool IgnoreFiles { get; init; }

    /// <summary>Whether the default excludes apply to the handler.</summary>
    public required bool DefaultExcludes { get; init; }

    /// <summary>Full path of the folder that receives the build context when it is written to disk.</summary>
    public required string ShrinkwrapFolder { get; init; }

    public required ImageModel Image { get; init; }

    /// <summary>Where the image goes; the first tag is not formatted yet.</summary>
    public required Destination Destination { get; init; }

    public required TagFormat TagFormat { get; init; }

    public required BuilderModel Builder { get; init; }

    /// <summary>Build again whatever is up to date.</summary>
    public required bool Force { get; init; }
}

/// <summary>The project that the function belongs to.</summary>
/// <param name="Name">Project name, as shown in messages.</param>
/// <param name="Path">Full path of the project file.</param>
/// <param name="Folder">Full path of the project folder.</param>
/// <param name="OutputFolder">Full path of the folder for outputs and state below the intermediate folder.</param>
public sealed record ProjectInfo(string Name, string Path, string Folder, string OutputFolder);

/// <summary>What the image is like, apart from its files.</summary>
public sealed record ImageModel
{
    /// <summary>Base image of shape A, or null where the Dockerfile names it.</summary>
    public ImageReference? BaseImage { get; init; }

    public required ImageFormat Format { get; init; }

    public required LayerCompression Compression { get; init; }

    /// <summary>One or more platforms; more than one makes an index.</summary>
    public required IReadOnlyList<Platform> Platforms { get; init; }

    /// <summary>Labels by name, sorted.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Whether the label that names <see cref="BaseImage"/> is the SDK's, not the user's.</summary>
    public bool IsBaseNameGenerated { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    /// <summary>Variables in the order given.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>Ports as <c>number/protocol</c>.</summary>
    public required IReadOnlyList<string> Ports { get; init; }

    public string? User { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>Exec form of what starts, shape A only.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>Default arguments, shape A only.</summary>
    public IReadOnlyList<string> DefaultArguments { get; init; } = [];

    /// <summary>Seconds since the epoch that every time in the image has (<c>SOURCE_DATE_EPOCH</c>, else 0).</summary>
    public required long Epoch { get; init; }

    /// <summary>Whether the user gave <see cref="Epoch"/>: then times that steps made are rewritten too.</summary>
    public bool IsEpochGiven { get; init; }
}

/// <summary>Media types of the image.</summary>
public enum ImageFormat
{
    Oci,
    Docker,
}

/// <summary>Compression of layers.</summary>
/// <param name="Algorithm"><c>gzip</c>, <c>zstd</c> or <c>none</c>.</param>
/// <param name="Level">The algorithm's level, or null for its default.</param>
public sealed record LayerCompression(string Algorithm, int? Level);

/// <summary>What the builder is told.</summary>
public sealed record BuilderModel
{
    /// <summary>Value of <c>ContainerBuilder</c>, lower case.</summary>
    public required string Name { get; init; }

    /// <summary>Path of the Dockerfile in the context.</summary>
    public required string Dockerfile { get; init; }

    public string? Target { get; init; }

    public required IReadOnlyDictionary<string, string> Arguments { get; init; }

    /// <summary>Names of the arguments whose values were given by reference (<c>env:</c>, <c>file:</c>): nothing shows these values.</summary>
    public IReadOnlySet<string> HiddenArguments { get; init; } = new HashSet<string>();

    /// <summary>Their values.</summary>
    internal HiddenValues Hidden => new(HiddenArguments.Where(Arguments.ContainsKey).Select(name => Arguments[name]));

    public required bool NoCache { get; init; }

    public PullPolicy Pull { get; init; }

    public ProgressMode Progress { get; init; }

    /// <summary>Full path of the file that gets a trace of the build's steps, or null.</summary>
    public string? TraceFile { get; init; }

    /// <summary>How the engine is reached.</summary>
    public EngineModel Engine { get; init; } = new();

    /// <summary>What steps get.</summary>
    public StepsModel Steps { get; init; } = new();

    /// <summary>Inputs of this build that not every builder honours, by the name that users type.</summary>
    public required IReadOnlySet<string> SpecialInputs { get; init; }

    /// <summary>Registries spoken to over plain http.</summary>
    public required IReadOnlyList<string> InsecureRegistries { get; init; }
}
