using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB25xx: builds by Podman's service. One static readonly field a code; codes are never reused.</summary>
public static class PodmanDiagnostics
{
    public static readonly DiagnosticDescriptor ServiceUnreachable = new("OFB2500", Error,
        "Podman's service does not answer: {0}.",
        "ContainerBuilderEndpoint or CONTAINER_HOST names a service, which is then used and no other Podman.",
        "Start it (podman system service --time 0), correct the address, or remove it: without one the usual sockets and the command podman are tried.");

    public static readonly DiagnosticDescriptor EndpointForm = new("OFB2501", Error,
        "The address '{0}' is none of a Podman service.",
        "Podman's service is reached by unix://, npipe://, tcp://, http:// or https://.",
        "Correct ContainerBuilderEndpoint. A BuildKit daemon in a Podman container (podman-container://) is taken by ContainerBuilder=buildkit.");

    public static readonly DiagnosticDescriptor ServiceFailed = new("OFB2502", Error,
        "Podman's service at {0} failed: {1}.",
        "The service refused a request, ended, or its answer was cut off.",
        "Publish again; what was built before is in the service's cache. If it happens again, look at the service's log.");
}
