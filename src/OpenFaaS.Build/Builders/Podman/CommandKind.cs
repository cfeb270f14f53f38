using OpenFaaS.Build.Model;
using OpenFaaS.Build.Processes;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>The two commands that build with the Buildah library, and in what they differ.</summary>
/// <param name="Name">Value of <c>ContainerBuilder</c>, and name of the command.</param>
/// <param name="Property">The property that names the command's place.</param>
internal sealed record CommandKind(string Name, string Property)
{
    public static CommandKind Buildah { get; } = new("buildah", "BuildahCommand") { NamedContexts = new Version(1, 27), SeveralCaches = new Version(1, 30) };

    public static CommandKind Podman { get; } = new("podman", "PodmanCommand") { NamedContexts = new Version(4, 2), SeveralCaches = new Version(4, 5) };

    /// <summary>The first version with named build contexts.</summary>
    public required Version NamedContexts { get; init; }

    /// <summary>The first version that takes more than one cache.</summary>
    public required Version SeveralCaches { get; init; }

    /// <summary>Whether the command, asked to end, leaves the running step and its container behind.</summary>
    public bool LeavesSteps => IsPodman;

    private bool IsPodman => Name == "podman";

    /// <summary>What the user says of the command's place.</summary>
    public string? Given(EngineModel engine) => IsPodman ? engine.PodmanCommand : engine.BuildahCommand;

    /// <summary>Arguments before the verb.</summary>
    public IReadOnlyList<string> CommonArguments(EngineModel engine) =>
    [
        .. IsPodman && engine.BuildahRuntime is { } runtime ? ["--runtime", runtime] : Array.Empty<string>(),
        .. engine.BuildahStorageDriver is { } driver ? ["--storage-driver", driver] : Array.Empty<string>(),
    ];

    /// <summary>How steps are run.</summary>
    public IReadOnlyList<string> IsolationArguments(EngineModel engine) =>
    [
        .. engine.BuildahIsolation is { } isolation ? ["--isolation", isolation] : Array.Empty<string>(),
        .. !IsPodman && engine.BuildahRuntime is { } runtime ? ["--runtime", runtime] : Array.Empty<string>(),
    ];

    /// <summary>Asks for system and architecture of an image, separated by a slash.</summary>
    public IReadOnlyList<string> PlatformQuestion(string id) => IsPodman
        ? ["image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", id]
        : ["inspect", "--type", "image", "--format", "{{.OCIv1.OS}}/{{.OCIv1.Architecture}}", id];

    /// <summary>Copies an image to a folder, layers compressed.</summary>
    public IReadOnlyList<string> Export(string id, string folder) => IsPodman ? ["push", "--compress", id, "dir:" + folder] : ["push", id, "dir:" + folder];

    /// <summary>The version of <c>name version 1.2.3 (…)</c>; null where the text is another.</summary>
    public static Version? VersionOf(ToolResult result)
    {
        var words = result.Output.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return result.ExitCode == 0 && words is [_, "version", var text, ..] && Version.TryParse(text.Split('-', '+')[0], out var version) ? version : null;
    }
}
