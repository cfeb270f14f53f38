using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB54xx: solves of BuildKit: steps, warnings, results. One static readonly field a code; codes are never reused.</summary>
public static class BuildKitSolveDiagnostics
{
    public static readonly DiagnosticDescriptor StepExited = new("OFB5401", Error,
        "The step '{0}' ended with exit code {1}.{2}",
        "A command of the Dockerfile failed in BuildKit.",
        "Read the step's output (ContainerProgress=plain prints all of it) and correct the command. Exit code 137 means that it was killed, mostly for want of memory.");

    public static readonly DiagnosticDescriptor StepFailed = new("OFB5402", Error,
        "The step '{0}' failed: {1}.{2}",
        "BuildKit could not carry out a step of the Dockerfile.",
        "Correct the instruction, or what it needs.");

    public static readonly DiagnosticDescriptor DockerfileInvalid = new("OFB5403", Error,
        "BuildKit does not understand the Dockerfile: {0}.{1}",
        "The Dockerfile has a mistake, or uses syntax that is newer than the daemon's Dockerfile frontend.",
        "Correct the line, or name a newer frontend in a first line '# syntax=docker/dockerfile:1'.");

    public static readonly DiagnosticDescriptor ImageNotFound = new("OFB5404", Error,
        "BuildKit did not find the image '{0}': {1}.",
        "An image that the Dockerfile names (FROM, COPY --from, '# syntax=') is not in its registry.",
        "Check the name and the tag, and that the image exists for the platform.");

    public static readonly DiagnosticDescriptor ImageDenied = new("OFB5405", Error,
        "BuildKit may not read the image '{0}': {1}.",
        "The registry wants credentials, or the ones that were given do not suffice. Docker Hub says the same of images that do not exist.",
        "Log in to that registry (docker login or podman login) with an account that may read the image, and check the name.");

    public static readonly DiagnosticDescriptor ImageUnreachable = new("OFB5406", Error,
        "BuildKit cannot reach the registry of the image '{0}': {1}.",
        "The daemon asks the registry itself, with the name resolution, network, proxies and certificates of its own machine.",
        "Check the host in the reference, and from the daemon's machine its DNS and network. A registry with plain http or a private authority has to be made known in the daemon's configuration.");

    public static readonly DiagnosticDescriptor TargetUnknown = new("OFB5407", Error,
        "The Dockerfile has no stage '{0}'.",
        "ContainerTarget names a stage that the Dockerfile does not have.",
        "Name a stage of the Dockerfile, or leave ContainerTarget empty for the last one.");

    public static readonly DiagnosticDescriptor PlatformNotRunnable = new("OFB5408", Error,
        "The daemon cannot run programs of another platform in the step '{0}': {1}.",
        "A RUN step of an image for another processor needs an emulator in the daemon's kernel (exec format error).",
        "Register QEMU on the daemon's machine (binfmt_misc), build on a machine of that platform, or run the step in a stage '--platform=$BUILDPLATFORM'.");

    public static readonly DiagnosticDescriptor EntitlementMissing = new("OFB5409", Error,
        "The build needs the right '{0}', which it does not have: {1}.",
        "A step wants the host's network, full privileges or a device. That has to be allowed twice: by this build and by the daemon.",
        "Add the right to @(ContainerAllow), and allow it in the daemon's configuration (insecure-entitlements in buildkitd.toml).");

    public static readonly DiagnosticDescriptor DaemonDiskFull = new("OFB5410", Error,
        "The disk of the BuildKit daemon '{0}' is full: {1}.",
        "The daemon keeps layers and caches on its own disk.",
        "Make room there, for example by pruning the build cache (docker builder prune, buildctl prune).");

    public static readonly DiagnosticDescriptor DaemonLost = new("OFB5411", Error,
        "The BuildKit daemon '{0}' was lost before it had finished the build: {1}.",
        "The daemon ended or was restarted, or the connection to it was cut.",
        "Publish again; what was built before is in the daemon's cache. If it happens again, look at the daemon's log.");

    public static readonly DiagnosticDescriptor ExporterUnknown = new("OFB5412", Error,
        "The BuildKit daemon '{0}' cannot make the output '{1}': {2}.",
        "BuildKit inside a Docker Engine without the containerd image store knows only the outputs moby, tar and local.",
        "Turn on the containerd image store of the engine (Docker 24 and newer), or name a BuildKit of its own by ContainerBuilderEndpoint.");

    public static readonly DiagnosticDescriptor FeatureMissing = new("OFB5413", Error,
        "The BuildKit daemon '{0}' is too old for what this build needs: {1}.",
        "The daemon answered that it does not know a call, a frontend or an option.",
        "Use a newer daemon, or leave out the input that needs it.");

    public static readonly DiagnosticDescriptor DaemonExhausted = new("OFB5414", Error,
        "The BuildKit daemon '{0}' has reached a limit: {1}.",
        "A message was larger, or more was asked for at once, than the daemon allows.",
        "Build fewer functions at once (FunctionParallelism), or raise the daemon's limits.");

    public static readonly DiagnosticDescriptor NoDigest = new("OFB5415", Error,
        "The BuildKit daemon '{0}' said that the build is finished, but gave no digest of the image.",
        "An image without a digest cannot be told from another, so it does not count as built.",
        "Publish again; if it happens again, use a newer daemon.");

    public static readonly DiagnosticDescriptor SolveFailed = new("OFB5416", Error,
        "BuildKit failed: {0}.{1}",
        "The daemon reported an error that is not known here.",
        "Act on the daemon's text; its log may say more.");

    public static readonly DiagnosticDescriptor FileNotInContext = new("OFB5417", Error,
        "The step '{0}' copies '{1}', which is not there.",
        "The file is not in the build context, .dockerignore leaves it out, or the stage that it is copied from does not have it.",
        "Check the path, which is relative to the root of the context, and .dockerignore.");

    public static readonly DiagnosticDescriptor PushFailed = new("OFB5418", Error,
        "BuildKit could not push the image: {0}.",
        "The daemon pushes itself: it must reach the registry, and the credentials of this machine must allow it.",
        "Check that the daemon's machine reaches the registry, and log in (docker login or podman login) with an account that may push.");

    public static readonly DiagnosticDescriptor SecretMissing = new("OFB5419", Error,
        "The step '{0}' needs a secret that this build does not have: {1}.",
        "The Dockerfile mounts a secret as required.",
        "Add it to @(ContainerBuildSecret) under the id that the Dockerfile names.");

    public static readonly DiagnosticDescriptor SshMissing = new("OFB5420", Error,
        "The step '{0}' needs an SSH agent that this build does not have: {1}.",
        "The Dockerfile mounts SSH as required.",
        "Add it to @(ContainerBuildSsh) under the id that the Dockerfile names (default where it names none), and start an agent.");

    public static readonly DiagnosticDescriptor Lint = new("OFB5430", Warning,
        "{0}",
        "BuildKit's Dockerfile frontend found something in the Dockerfile that works, but is likely not meant or is going away.",
        "Change the line, or silence the rule with a first line '# check=skip=RULE'.");

    public static readonly DiagnosticDescriptor MoreLint = new("OFB5431", Warning,
        "BuildKit has {0} further warnings of the Dockerfile.",
        "Only so many warnings are shown of one build.",
        "Deal with the ones that are shown first.");

    public static readonly DiagnosticDescriptor StepIgnored = new("OFB5432", Warning,
        "The step '{0}' failed, and the build went on without it: {1}.",
        "BuildKit goes on without a cache that cannot be read, for example.",
        "If the step matters, correct its input.");

    public static readonly DiagnosticDescriptor ProgressLost = new("OFB5433", Warning,
        "The BuildKit daemon '{0}' stopped telling its progress: {1}.",
        "The stream of progress ended early. The result does not depend on it.",
        "Steps, warnings and the names of bases may be incomplete in this build's output.");
}
