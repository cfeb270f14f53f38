using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>What a command is handed beside the model: files, and what has been found out before.</summary>
internal sealed record CommandInputs
{
    public required ContextFolder Context { get; init; }

    /// <summary>Full path of the file with credentials.</summary>
    public required string AuthFile { get; init; }

    /// <summary>Media types of the image while it is built and stored.</summary>
    public required ImageFormat Format { get; init; }

    /// <summary>Full paths of files by the ids of secrets.</summary>
    public required IReadOnlyDictionary<string, string> Secrets { get; init; }

    /// <summary>Full paths of sockets by the ids of SSH agents.</summary>
    public required IReadOnlyDictionary<string, string> SshAgents { get; init; }

    public required CacheRepositories Caches { get; init; }

    /// <summary>Values of named contexts by name: the user's own, and base images by their digests.</summary>
    public required IReadOnlyDictionary<string, string> Contexts { get; init; }

    /// <summary>Whether every registry that the build reads may be spoken to over plain http.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>Seconds since the epoch that all times in the image have; null to leave what steps make as it is.</summary>
    public required long? Timestamp { get; init; }

    /// <summary>Values of build arguments by name, the SDK's own included.</summary>
    public required IReadOnlyDictionary<string, string> Arguments { get; init; }

    /// <summary>Names and digests of the base images, as far as they are known.</summary>
    public required IReadOnlyDictionary<string, Digest> Bases { get; init; }

    /// <summary>The mark of the build's steps; null for none.</summary>
    public StepMark? Mark { get; init; }
}
