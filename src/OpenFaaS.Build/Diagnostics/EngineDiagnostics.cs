using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB23xx: local container engines. One static readonly field a code; codes are never reused.</summary>
public static class EngineDiagnostics
{
    public static readonly DiagnosticDescriptor EngineUnreachable = new("OFB2301", Error,
        "The local engine '{0}' does not answer. Tried: {1}.",
        "LocalRegistry asks for the image to be loaded into a local engine, and none answers at the usual places or at the one that DOCKER_HOST or CONTAINER_HOST names; containerd is asked by ctr or nerdctl on PATH, at ContainerdAddress.",
        "Start the engine (for Containerd: put ctr or nerdctl on PATH, and set ContainerdAddress where its socket is elsewhere), set ContainerRegistry to push, or set ContainerArchiveOutputPath to write an archive.");

    public static readonly DiagnosticDescriptor EngineRefused = new("OFB2302", Error,
        "The local engine '{0}' did not load the image: {1}.",
        "The engine reported an error, or ended the connection, while it read the image.",
        "Check the engine's log and its free disk space, or set ContainerArchiveOutputPath to write an archive.");

    public static readonly DiagnosticDescriptor EngineQuestionFailed = new("OFB2303", Error,
        "The local engine '{0}' cannot tell whether it holds '{1}': {2}.",
        "An unchanged publish asks the engine whether the image is still there.",
        "Check the engine's log, and publish again.");
}
