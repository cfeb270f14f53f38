using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB24xx: images that a Docker Engine builds. One static readonly field a code; codes are never reused.</summary>
public static class DockerBuildDiagnostics
{
    public static readonly DiagnosticDescriptor EngineNotFound = new("OFB2401", Error,
        "No Docker Engine answers. Tried: {0}.",
        "The engine is the one of ContainerBuilderEndpoint, else of DOCKER_HOST, else of the current docker context, else the one at the usual places.",
        "Start the engine, or give its address in ContainerBuilderEndpoint or DOCKER_HOST.");

    public static readonly DiagnosticDescriptor ContextUnusable = new("OFB2402", Error,
        "The docker context '{0}' cannot be used: {1}.",
        "DOCKER_CONTEXT, or currentContext of docker's config.json, names the context whose engine is asked.",
        "Correct the context (docker context ls), choose another one, or give the engine's address in ContainerBuilderEndpoint.");

    public static readonly DiagnosticDescriptor EngineUnusable = new("OFB2403", Error,
        "The Docker Engine at {0} cannot be used: {1}.",
        "Something answers there, and it is not an engine that can build this image.",
        "See the reason.");

    public static readonly DiagnosticDescriptor ClassicCannotHonour = new("OFB2404", Error,
        "The Docker Engine at {0} has only its classic builder, which cannot honour {1}.",
        "Engines for Windows containers have no BuildKit; the classic builder knows less.",
        "Remove the input, or set ContainerBuilder to one that honours it: see the table of builders in sdk/README.md.");

    public static readonly DiagnosticDescriptor StepExited = new("OFB2410", Error,
        "The step '{0}' ended with exit code {1}.{2}",
        "A command of the Dockerfile failed in the classic builder of the Docker Engine.",
        "Read the step's output (ContainerProgress=plain prints all of it) and correct the command. Exit code 137 means that it was killed, mostly for want of memory.");

    public static readonly DiagnosticDescriptor StepFailed = new("OFB2411", Error,
        "The step '{0}' failed: {1}.{2}",
        "The Docker Engine could not carry out a step of the Dockerfile.",
        "Correct the instruction, or what it needs.");

    public static readonly DiagnosticDescriptor DockerfileRefused = new("OFB2412", Error,
        "The classic builder of the Docker Engine does not understand the Dockerfile: {0}.",
        "The Dockerfile has a mistake, or uses what only BuildKit knows.",
        "Correct the line, or leave DockerBuildKit=false and DOCKER_BUILDKIT=0 away.");

    public static readonly DiagnosticDescriptor StageUnknown = new("OFB2413", Error,
        "The Dockerfile has no stage '{0}'.",
        "ContainerTarget names a stage that the Dockerfile does not have.",
        "Name a stage of the Dockerfile, or leave ContainerTarget empty for the last one.");

    public static readonly DiagnosticDescriptor BaseNotFound = new("OFB2414", Error,
        "The Docker Engine did not find the image of the step '{0}': {1}.",
        "An image that the Dockerfile names (FROM, COPY --from) is neither in the engine nor in its registry.",
        "Check the name and the tag, and that the image exists for the platform.");

    public static readonly DiagnosticDescriptor BaseDenied = new("OFB2415", Error,
        "The Docker Engine may not read the image of the step '{0}': {1}.",
        "The registry wants credentials, or the ones that were given do not suffice. Docker Hub says the same of images that do not exist.",
        "Log in to that registry (docker login or podman login) with an account that may read the image, and check the name.");

    public static readonly DiagnosticDescriptor BaseUnreachable = new("OFB2416", Error,
        "The Docker Engine cannot reach the registry of the image of the step '{0}': {1}.",
        "The engine asks the registry itself, with the name resolution, network, proxies and certificates of its own machine.",
        "Check the host in the reference, and from the engine's machine its DNS and network. A registry with plain http or a private authority has to be made known in the engine's configuration.");

    public static readonly DiagnosticDescriptor FileNotInContext = new("OFB2417", Error,
        "The step '{0}' copies what is not there: {1}.",
        "The file is not in the build context, .dockerignore leaves it out, or the stage that it is copied from does not have it.",
        "Check the path, which is relative to the root of the context, and .dockerignore.");

    public static readonly DiagnosticDescriptor EngineDiskFull = new("OFB2418", Error,
        "The disk of the Docker Engine at {0} is full: {1}.",
        "The engine keeps layers and containers on its own disk.",
        "Make room there, for example by removing what is not used (docker system prune).");

    public static readonly DiagnosticDescriptor EngineLost = new("OFB2419", Error,
        "The Docker Engine at {0} did not finish the build: {1}.",
        "The engine ended, stopped answering, or what it sent was cut off or malformed.",
        "Publish again; what was built before is in the engine's cache. If it happens again, look at the engine's log.");

    public static readonly DiagnosticDescriptor BuildFailed = new("OFB2420", Error,
        "The Docker Engine at {0} failed: {1}.",
        "The engine reported an error that is not known here.",
        "Act on the engine's text; its log may say more.");

    public static readonly DiagnosticDescriptor NoImage = new("OFB2421", Error,
        "The Docker Engine at {0} said that the build is finished, but not which image it made.",
        "An image without an id cannot be told from another, so it does not count as built.",
        "Publish again; if it happens again, update the engine.");

    public static readonly DiagnosticDescriptor PushesDiffer = new("OFB2423", Error,
        "The engine at {0} pushed the tags of one image as different images: {1} and {2}.",
        "All tags of an image have one digest. Something else moved a tag in the engine, or in the registry, at the same time.",
        "Publish again, and let no two builds use the same tag in one engine at once.");

    public static readonly DiagnosticDescriptor OtherImagePushed = new("OFB2424", Error,
        "The engine at {0} built the image {1}, but what it pushed as {2} is the image {3}.",
        "Something else moved the tag in the engine between the build and the push.",
        "Publish again, and let no two builds use the same tag in one engine at once.");

    public static readonly DiagnosticDescriptor ArchiveMalformed = new("OFB2425", Error,
        "The archive of the image that the Docker Engine at {0} sent cannot be used: {1}.",
        "The image is taken out of the engine in the form of 'docker save', and its digests are checked.",
        "Publish again; if it happens again, update the engine or set ContainerRegistry.");

    public static readonly DiagnosticDescriptor CacheNotFound = new("OFB2427", Warning,
        "The image {0} of @(ContainerCacheFrom) is not used: {1}.",
        "The classic builder reads caches from images that it pulls; without one it builds every step.",
        "Nothing has to be done where the image is made by a later build. Otherwise check its name and the credentials.");

    public static readonly DiagnosticDescriptor CacheFormUnknown = new("OFB2428", Error,
        "@(ContainerCacheFrom) '{0}' cannot be honoured by the classic builder of a Docker Engine.",
        "It reads caches from images alone: the name of one, or type=registry,ref=NAME.",
        "Name an image, or leave DockerBuildKit=false and DOCKER_BUILDKIT=0 away.");

    public static readonly DiagnosticDescriptor BaseMissing = new("OFB2429", Error,
        "The Docker Engine at {0} does not have the image {1}, and ContainerPull=never forbids to pull it.",
        "With ContainerPull=never all base images must be in the engine.",
        "Pull the image, or set ContainerPull to missing.");
}
