using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB55xx: builds that a BuildKit daemon makes. One static readonly field a code; codes are never reused.</summary>
public static class BuildKitBuildDiagnostics
{
    public static readonly DiagnosticDescriptor EndpointLeftOut = new("OFB5501", Warning,
        "The endpoint '{0}' is left out: {1}.",
        "ContainerBuilderEndpoint lists several daemons, and one of them does not answer. Its functions are built by the others, whose caches do not know them.",
        "Start the daemon again, or take it out of the list.");

    public static readonly DiagnosticDescriptor EngineCannotHonour = new("OFB5502", Error,
        "The Docker Engine at {0} cannot honour {1}.",
        "An engine without the containerd image store keeps one image of one platform a name, in Docker's format, with layers of its own.",
        "Remove the input, turn the engine's containerd image store on, or give the address of a BuildKit daemon in ContainerBuilderEndpoint.");

    public static readonly DiagnosticDescriptor NoWayOut = new("OFB5503", Error,
        "The BuildKit at {0} can neither push images nor give them out.",
        "It is part of a Docker Engine without the containerd image store, and the engine's own API, which could push, is not at this address.",
        "Give the engine's own address (unix:///var/run/docker.sock) in ContainerBuilderEndpoint, or that of another BuildKit.");

    public static readonly DiagnosticDescriptor NoDigest = new("OFB5504", Error,
        "BuildKit at {0} reported success without {1}.",
        "A build counts as done only with the digest of its image.",
        "Publish again; if it happens again, update the daemon.");

    public static readonly DiagnosticDescriptor EnginePushFailed = new("OFB5505", Error,
        "The engine at {0} could not push {1}: {2}.",
        "The image is built and in the engine; pushing it is the engine's work here.",
        "See the reason. An engine reaches registries by its own settings: insecure-registries in its daemon.json, authorities in /etc/docker/certs.d.");

    public static readonly DiagnosticDescriptor PinNotHonoured = new("OFB5506", Error,
        "The base image {0} is pinned to {1}, but BuildKit at {2} took {3}.",
        "openfaas.lock.json pins base images; this daemon is too old to be told of pins.",
        "Name the digest in the Dockerfile's FROM, use a newer BuildKit, or renew the pins with FunctionPullTemplates=true.");

    public static readonly DiagnosticDescriptor InvalidOutput = new("OFB5507", Error,
        "@(ContainerOutput) '{0}' cannot be honoured: {1}.",
        "Further outputs have BuildKit's form: type=local, tar, oci or docker, and dest=PATH.",
        "Correct the item; images for registries are named with ContainerRegistry and ContainerRepository.");

    public static readonly DiagnosticDescriptor ImageNotReadable = new("OFB5508", Error,
        "The image {0} that the engine at {1} made cannot be read back: {2}.",
        "Manifest and configuration of the image are outputs of the publish; they are read from the daemon, else from the registry.",
        "Publish again; if it happens again, update the daemon.");

    public static readonly DiagnosticDescriptor NoEndpoint = new("OFB5509", Error,
        "None of the {0} endpoints answers. {1}",
        "ContainerBuilderEndpoint lists several daemons, and all of them are down or cannot be reached from here.",
        "Start one of them, or correct the addresses.");

    public static readonly DiagnosticDescriptor TraceNotWritten = new("OFB5510", Warning,
        "The trace '{0}' is not written: {1}.",
        "ContainerTrace names a file that gets the steps of the build with their times.",
        "Name a file that can be written. The build itself is not affected.");

    public static readonly DiagnosticDescriptor DaemonTooOld = new("OFB5511", Error,
        "The BuildKit at {0} is too old for {1}, which BuildKit honours since version {2}.",
        "Older daemons leave out what they do not know, without a word: the image would lack it.",
        "Remove the input, update the daemon, or give the address of a newer one in ContainerBuilderEndpoint.");

    public static readonly DiagnosticDescriptor TimesNotRewritten = new("OFB5512", Warning,
        "The BuildKit at {0} does not set {1} to SOURCE_DATE_EPOCH.",
        "BuildKit gives the image this time since version 0.11, and files that steps made since 0.13. The image is another one with every build.",
        "Update the daemon where images must be reproducible.");
}
