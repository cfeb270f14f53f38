using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB20xx: choice of the builder. One static readonly field a code; codes are never reused (OFB2004 was for names of builders to come).</summary>
public static class BuilderDiagnostics
{
    public static readonly DiagnosticDescriptor UnknownBuilder = new("OFB2001", Error,
        "The builder '{0}' does not exist.",
        "ContainerBuilder names none of the builders of this SDK.",
        "Set ContainerBuilder to auto, none, or a builder of the table in sdk/README.md, such as embedded, buildkit or docker.");

    public static readonly DiagnosticDescriptor InputNotHonoured = new("OFB2002", Error,
        "The builder '{0}' cannot honour {1}; builders that can: {2}.",
        "Every builder has inputs that it has no way to honour; such an input is never ignored.",
        "Remove the input, or set ContainerBuilder to one that honours it: see the table of builders in sdk/README.md.");

    public static readonly DiagnosticDescriptor NoBuilderFound = new("OFB2003", Error,
        "No builder can make this image. Tried: {0}.",
        "With ContainerBuilder=auto the first builder that honours every input of the build is taken.",
        "Change the inputs named, or start an engine: 'systemctl start docker', or buildkitd with BUILDKIT_HOST, or install podman or buildah.");
}
