using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB2700 to OFB2749: Kaniko's executor and what runs it. One static readonly field a code; codes are never reused.</summary>
public static class KanikoDiagnostics
{
    public static readonly DiagnosticDescriptor ImageNotNamed = new("OFB2700", Error,
        "KanikoImage names no image, which KanikoRunner={0} needs.",
        "Kaniko's executor is an image. The project that published it has ended (2025), so there is none that could be taken without being asked for.",
        "Set KanikoImage to the image of a fork that is kept, such as ghcr.io/osscontainertools/kaniko:v1.28.3, or to your own copy of one.");

    public static readonly DiagnosticDescriptor RemoteEngine = new("OFB2701", Error,
        "KanikoRunner={0} cannot use {1}, the engine of another machine.",
        "The context is handed to the executor as a folder of this machine, which an engine elsewhere does not see; of an address like tcp:// or ssh:// it cannot be told where it leads.",
        "Use the engine's socket on this machine, KanikoRunner=kubernetes, or ContainerBuilder=buildkit or docker, which send the context.");

    public static readonly DiagnosticDescriptor ContainerFailed = new("OFB2702", Error,
        "The container of Kaniko's executor ({0}) could not be run by {1}: {2}.",
        "The engine did not find the image, or refused to run it. An engine that is itself reached from within a container sees other folders than this process.",
        "Act on the engine's text; 'docker run --rm IMAGE version' (or podman) shows whether it can run the image at all.");

    public static readonly DiagnosticDescriptor ContainerLeft = new("OFB2703", Warning,
        "The container '{0}' of Kaniko's executor may still be there: {1}.",
        "It is removed when a build ends before its time; the engine did not confirm that within the time for it.",
        "Remove it: 'docker rm --force NAME' (or podman).");

    public static readonly DiagnosticDescriptor NotInContainer = new("OFB2704", Error,
        "Kaniko's executor '{0}' refuses to work here, since this is no container.",
        "The executor unpacks base images over the root file system that it runs in, and deletes what is there between stages: outside a container it would destroy the machine. It is never forced.",
        "Run the publish in a container that is thrown away afterwards, or set KanikoRunner to docker, podman or kubernetes.");

    public static readonly DiagnosticDescriptor ContextNotKept = new("OFB2705", Error,
        "KanikoRunner=executor cannot take the context from '{0}', which is on the container's root file system.",
        "The executor replaces the root file system while it builds, but for mounted folders and for what is below /kaniko: the context would be gone.",
        "Put the project, or its intermediate folder (BaseIntermediateOutputPath), on a volume of the container or below /kaniko.");

    public static readonly DiagnosticDescriptor SdkNotKept = new("OFB2706", Warning,
        "The program '{0}', which builds here, is on the root file system that Kaniko's executor replaces.",
        "With KanikoRunner=executor everything of the container may be overwritten by base images, and with several stages be deleted, but for mounted folders and for what is below /kaniko. What comes after the build may then fail.",
        "Put the .NET SDK and the packages folder on a volume, make the publish the job's last step, or use another KanikoRunner.");

    public static readonly DiagnosticDescriptor ExecutorKilled = new("OFB2707", Error,
        "Kaniko's executor was killed (exit code {0}) in the step '{1}'.{2}",
        "Mostly for want of memory: the executor holds the files of a layer in memory while it takes snapshots.",
        "Give it more memory (KanikoMemoryLimit, or the engine's machine), make layers smaller, or build with buildkit.");

    public static readonly DiagnosticDescriptor RegistryNeeded = new("OFB2708", Error,
        "KanikoRunner={0} makes images for a registry only, and this one goes elsewhere.",
        "The executor has no folder in common with this machine: what it builds can come back only by way of a registry.",
        "Set ContainerRegistry, or a KanikoRunner on this machine (docker, podman).");

    public static readonly DiagnosticDescriptor NoDigest = new("OFB2709", Error,
        "Kaniko's executor ended well, but left {0} where the image's digest should be.",
        "A push counts as done only with the digest that the executor wrote.",
        "Check that KanikoImage is an executor of Kaniko of version 1.9 or newer.");

    public static readonly DiagnosticDescriptor LayoutMalformed = new("OFB2710", Error,
        "What Kaniko's executor wrote as an image is not one that can be used: {0}.",
        "An image that is not pushed is handed over as an OCI layout with exactly one image of one platform, whose digest is the one that the executor tells.",
        "Publish again. A full disk cuts files; if it happens again, report it with the executor's version.");

    public static readonly DiagnosticDescriptor StagePlatform = new("OFB2711", Error,
        "FROM asks for the platform {0}, and Kaniko builds every stage for {1}.",
        "Kaniko reads --platform of FROM and does nothing with it: the stage would be of another platform, without a word.",
        "Take the flag away where the platforms are the same, set ContainerPlatforms, or build with buildkit or docker.");

    public static readonly DiagnosticDescriptor GitSource = new("OFB2712", Error,
        "ADD names a git repository ('{0}'), which Kaniko does not clone.",
        "Kaniko would download the page at that address and put it into the image instead.",
        "Fetch the repository before the build, or build with buildkit or docker.");

    public static readonly DiagnosticDescriptor ArgumentNotPassable = new("OFB2713", Error,
        "The build argument '{0}' cannot be given to Kaniko by reference.",
        "Its value comes from a file or a variable, so it is handed over as an environment variable of the same name; this name steers the executor, or the command that runs it.",
        "Give the argument another name, or its value literally if it is no secret.");

    public static readonly DiagnosticDescriptor SeveralEndpoints = new("OFB2714", Error,
        "ContainerBuilderEndpoint names {0} engines, and KanikoRunner={1} takes one.",
        "The executor runs as a container of one engine.",
        "Name one engine.");

    public static readonly DiagnosticDescriptor UndecidedSource = new("OFB2715", Error,
        "ADD takes '{0}', of which cannot be told whether it is a git repository, which Kaniko does not clone.",
        "A variable in it is set by no ARG and no ENV of the stage; the base image may set it. At the address of a repository Kaniko would download the page and put it into the image instead.",
        "Declare the variable in the stage (ARG or ENV), or build with buildkit or docker.");

    public static readonly DiagnosticDescriptor ContainerUsed = new("OFB2716", Error,
        "Kaniko's executor was given another function of this publish in this container, and cannot build this one there too.",
        "KanikoRunner=executor replaces the container's root file system. What one build leaves there counts as the next one's base image, so that files would be missing from its layers; two at once would overwrite each other's.",
        "Publish one function a container, or set KanikoRunner to docker, podman or kubernetes.");
}
