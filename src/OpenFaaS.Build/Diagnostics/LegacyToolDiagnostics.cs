using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB2620 to OFB2649: img, nerdctl, k3c and pouch. One static readonly field a code; codes are never reused.</summary>
public static class LegacyToolDiagnostics
{
    public static readonly DiagnosticDescriptor Retired = new("OFB2620", Warning,
        "The builder '{0}' works by a tool that nobody has worked on since {1}; {2} replace it.",
        "The tool gets no corrections any more, those of security included. It is built with as long as it runs.",
        "Set ContainerBuilder to one of these, or to auto.");

    public static readonly DiagnosticDescriptor KimReplaced = new("OFB2621", Error,
        "The builder 'kim' is no builder of this SDK: kim ended in 2021, and its daemon is not to be had any more.",
        "kim brought a BuildKit and an agent of its own into k3s; nerdctl does the same with the containerd that is there.",
        "Set ContainerBuilder=nerdctl, ContainerdAddress=/run/k3s/containerd/containerd.sock and ContainerdNamespace=k8s.io, or build with buildkit.");

    public static readonly DiagnosticDescriptor ToolTooOld = new("OFB2622", Error,
        "{0} {1} is too old: an image can be had as an archive from {0} {2} on.",
        "Older versions of nerdctl want to load the archive that they have just written to a file, and fail.",
        "Update the tool, or set ContainerBuilder=buildkit: it builds with the daemon that nerdctl uses.");

    public static readonly DiagnosticDescriptor ArgumentNotPassable = new("OFB2623", Error,
        "The build argument '{0}' cannot be told to {1}: {2}.",
        "Its value comes from a file or a variable, and this tool takes values on its command line, which every user of the machine can read. So it is written into the Dockerfile, as the default of its ARG.",
        "Declare the argument with ARG, give the value on one line, or build with buildkit; a secret belongs into @(ContainerBuildSecret).");

    public static readonly DiagnosticDescriptor StepFailed = new("OFB2624", Error,
        "The step '{0}' failed; {1} does not tell its exit code.{2}",
        "A command of the Dockerfile failed.",
        "Read the step's output (ContainerProgress=plain prints all of it) and correct the command.");

    public static readonly DiagnosticDescriptor CacheNotPossible = new("OFB2625", Error,
        "Number {0} of @({1}) cannot be honoured by {2}: {3}.",
        "Caches are told to this tool on its command line, in BuildKit's form.",
        "Use type=registry,ref=…, type=local,src=… (dest=… to write) or, to write, type=inline. A builder with every cache is buildkit.");

    public static readonly DiagnosticDescriptor PinNotHonoured = new("OFB2626", Error,
        "The base image {0} is pinned to {1}, which {2} cannot be told: {3}.",
        "openfaas.lock.json pins base images. This tool takes what the registry has under the name, and that is another image now.",
        "Name the digest in the Dockerfile's FROM, update the lock file, or build with buildkit.");
}
