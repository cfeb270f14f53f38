using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB2600 to OFB2619: builds that a command of the machine makes. One static readonly field a code; codes are never reused.</summary>
public static class ToolBuildDiagnostics
{
    public static readonly DiagnosticDescriptor ToolMissing = new("OFB2600", Error,
        "The command '{0}' is not there: {1}.",
        "This builder is a command of the machine. It is looked for in the folders of PATH, or where a property names it.",
        "Install it, correct the property that names its place, or choose another ContainerBuilder.");

    public static readonly DiagnosticDescriptor ToolUnusable = new("OFB2601", Error,
        "The command '{0}' cannot be used: {1}.",
        "The system could not start the program, it did not answer, or it refused to work here.",
        "Run the command by hand, and see what it says.");

    public static readonly DiagnosticDescriptor StepExited = new("OFB2602", Error,
        "The step '{0}' ended with exit code {1}.{2}",
        "A command of the Dockerfile failed.",
        "Read the step's output (ContainerProgress=plain prints all of it) and correct the command. Exit code 137 means that it was killed, mostly for want of memory.");

    public static readonly DiagnosticDescriptor BuildFailed = new("OFB2603", Error,
        "The build by {0} failed with exit code {1}: {2}.",
        "The tool could not carry out the Dockerfile.",
        "Act on the tool's text; ContainerProgress=plain shows everything that it said.");

    public static readonly DiagnosticDescriptor ImageNotFound = new("OFB2604", Error,
        "The tool {0} did not find the image '{1}': {2}.",
        "An image that the Dockerfile names (FROM, COPY --from) is not in its registry, or not in the tool's store where nothing may be pulled.",
        "Check the name and the tag, and that the image exists for the platform.");

    public static readonly DiagnosticDescriptor ImageDenied = new("OFB2605", Error,
        "The tool {0} may not read the image '{1}': {2}.",
        "The registry wants credentials, or the ones that were given do not suffice. Docker Hub says the same of images that do not exist.",
        "Log in to that registry (docker login or podman login) with an account that may read the image, and check the name.");

    public static readonly DiagnosticDescriptor ImageUnreachable = new("OFB2606", Error,
        "The tool {0} cannot reach the registry of the image '{1}': {2}.",
        "The tool asks the registry itself, with its own settings of mirrors, proxies and certificates.",
        "Check the host in the reference, DNS and network. A registry with plain http is named in @(ContainerInsecureRegistry).");

    public static readonly DiagnosticDescriptor PushFailed = new("OFB2607", Error,
        "The tool {0} could not push {1}: {2}.",
        "The image is built and in the tool's store; pushing it is the tool's work here.",
        "See the reason. The account that pushes needs the right to (docker login or podman login); a registry with plain http is named in @(ContainerInsecureRegistry).");

    public static readonly DiagnosticDescriptor NoDigest = new("OFB2608", Error,
        "The tool {0} said that {1} is pushed, but gave no digest of it.",
        "A push counts as done only with the digest that came from it: the tool's own digest of the image is another one.",
        "Publish again; if it happens again, use a newer version of the tool.");

    public static readonly DiagnosticDescriptor DigestsDiffer = new("OFB2609", Error,
        "The tool {0} pushed one image with two digests: {1}, and {2}.",
        "All tags of a publish are one image.",
        "Publish again. If it happens again, push one tag and name the tool's version in a report.");

    public static readonly DiagnosticDescriptor ArchiveFailed = new("OFB2610", Error,
        "The tool {0} could not give out the image as an archive: {1}.",
        "An image for an archive, or for another engine, leaves the tool's store as an archive.",
        "See the reason; mostly a disk is full.");

    public static readonly DiagnosticDescriptor PinNotPossible = new("OFB2611", Error,
        "The base image {0} is pinned to {1}, of which {2} cannot be told.",
        "openfaas.lock.json pins base images; this version of the tool knows no named contexts, by which it is told of pins.",
        "Name the digest in the Dockerfile's FROM, or use a newer version of the tool.");

    public static readonly DiagnosticDescriptor InvalidCache = new("OFB2612", Error,
        "{0} '{1}' cannot be honoured by {2}: {3}.",
        "This tool keeps caches in repositories of registries, and nowhere else.",
        "Name a repository: type=registry,ref=REGISTRY/NAME. A builder with other caches is buildkit.");
}
