using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB2750-2799: images that the OpenFaaS Function Builder API builds. One static readonly field a code; codes are never reused.</summary>
public static class RemoteBuilderDiagnostics
{
    public static readonly DiagnosticDescriptor EndpointMissing = new("OFB2750", Error,
        "No OpenFaaS builder is named.",
        "The builder 'openfaas' is a service; its address is ContainerBuilderEndpoint, else that of the variable OPENFAAS_REMOTE_BUILDER.",
        "Set one of them, for example to http://127.0.0.1:8081 after 'kubectl port-forward -n openfaas svc/pro-builder 8081:8080'.");

    public static readonly DiagnosticDescriptor EndpointMalformed = new("OFB2751", Error,
        "{0} is '{1}', which is no address of an OpenFaaS builder: {2}.",
        "The address is one of http:// or https:// with a host, and where needed a port and a path before /build.",
        "Correct it, for example to http://127.0.0.1:8081.");

    public static readonly DiagnosticDescriptor EndpointNotSecure = new("OFB2752", Error,
        "The OpenFaaS builder at {0} is on another machine, and the connection to it is not encrypted.",
        "The function's files and the values of build arguments would be readable on the way.",
        "Use https://, forward its port to this machine, or set ContainerInsecureEndpoint to true where the network may be trusted.");

    public static readonly DiagnosticDescriptor Unreachable = new("OFB2753", Error,
        "The OpenFaaS builder at {0} cannot be reached: {1}.",
        "Nothing answers at the address of ContainerBuilderEndpoint or OPENFAAS_REMOTE_BUILDER.",
        "Check the address and the network, and that the port is still forwarded where it was forwarded.");

    public static readonly DiagnosticDescriptor UntrustedCertificate = new("OFB2754", Error,
        "The certificate of the OpenFaaS builder at {0} is not trusted: {1}.",
        "The server's certificate is checked against ContainerBuilderCaFile, else against the authorities of this system.",
        "Set ContainerBuilderCaFile to the PEM file of the authority that issued it, or use the name that the certificate is for.");

    public static readonly DiagnosticDescriptor PayloadSecretMissing = new("OFB2755", Error,
        "The OpenFaaS builder takes signed requests only, and no secret to sign with is named.",
        "The payload secret is OpenFaaSPayloadSecret (file:PATH or env:NAME), else the file that the variable OPENFAAS_PAYLOAD_SECRET names.",
        "Save the secret to a file (kubectl get secret -n openfaas payload-secret -o jsonpath='{.data.payload-secret}' | base64 --decode) and set OpenFaaSPayloadSecret to file:PATH.");

    public static readonly DiagnosticDescriptor PayloadSecretUnusable = new("OFB2756", Error,
        "The payload secret of the OpenFaaS builder cannot be read: {0} {1}.",
        "OpenFaaSPayloadSecret or OPENFAAS_PAYLOAD_SECRET leads to nothing that could be a secret.",
        "Correct the path or the variable's name; the secret is the one that the builder was installed with.");

    public static readonly DiagnosticDescriptor DestinationNotRegistry = new("OFB2757", Error,
        "The OpenFaaS builder pushes images to a registry and gives them out in no other way, and this image goes to {0}.",
        "The API has an option not to push, but none to get the image.",
        "Set ContainerRegistry, or set ContainerBuilder to one that can: embedded, buildkit, docker, podman, buildah.");

    public static readonly DiagnosticDescriptor PublicKeyMissing = new("OFB2758", Error,
        "The build has secrets, and it is not known which key to seal them with for the OpenFaaS builder at {0}.",
        "Secrets are sealed so that only the builder can read them. Its key is pinned by OpenFaaSBuilderPublicKey or OPENFAAS_BUILDER_PUBLIC_KEY and never asked for during a build: whoever answers would get the secrets.",
        "Get the key once over a connection that you trust (curl -s URL/publickey > builder.pub), compare it with the builder's, and set OpenFaaSBuilderPublicKey to the file.");

    public static readonly DiagnosticDescriptor PublicKeyUnusable = new("OFB2759", Error,
        "The public key of the OpenFaaS builder cannot be used: {0} {1}.",
        "The key is 32 bytes in base64, or the JSON of the builder's /publickey with the algorithm nacl/box; given as it is or as the path of a file.",
        "Correct OpenFaaSBuilderPublicKey or OPENFAAS_BUILDER_PUBLIC_KEY.");

    public static readonly DiagnosticDescriptor SignatureRefused = new("OFB2760", Error,
        "The OpenFaaS builder at {0} refused the request with status {1}.{2}",
        "The builder checks the signature of the request with its own payload secret, and it is another one; or something before it wants a login.",
        "Use the payload secret of this very builder.");

    public static readonly DiagnosticDescriptor ContextTooLarge = new("OFB2761", Error,
        "The build context is too large for the OpenFaaS builder at {0}: {1} were refused with status 413.{2}",
        "The builder, or a proxy before it, limits the size of a request.",
        "Leave files out by .dockerignore, raise the limit, or build with buildkit, which sends what has changed only.");

    public static readonly DiagnosticDescriptor Busy = new("OFB2762", Error,
        "The OpenFaaS builder at {0} is busy: it answered with status {1}, also after waiting {2}.{3}",
        "The builder has max_inflight builds running, or is not ready, and stayed so.",
        "Publish again later, lower FunctionParallelism, or give the builder more replicas.");

    public static readonly DiagnosticDescriptor Redirected = new("OFB2763", Error,
        "The OpenFaaS builder at {0} redirects to {1}, which is not followed.",
        "A signed request with the function's files goes to the address that was named and to no other.",
        "Set the address that it redirects to, if it is the right one.");

    public static readonly DiagnosticDescriptor StatusUnexpected = new("OFB2764", Error,
        "The OpenFaaS builder at {0} answered with status {1}.{2}",
        "The builder failed before it began, or something else answers at this address.",
        "See its text and its log (kubectl logs -n openfaas deploy/pro-builder -c pro-builder), and check the address.");

    public static readonly DiagnosticDescriptor ConnectionLost = new("OFB2765", Error,
        "The connection to the OpenFaaS builder at {0} was lost: {1}.{2}",
        "The builder or something on the way closed the connection before the build was done. One that refuses a request because of its size may do so as well.",
        "Publish again, and look at the builder's log if it happens again.");

    public static readonly DiagnosticDescriptor Silent = new("OFB2766", Error,
        "The OpenFaaS builder at {0} has sent nothing for {1}.{2}",
        "A build that makes no progress for that long is given up, and the connection is closed.",
        "See whether the builder still works; a step that prints nothing for longer needs a longer OpenFaaSBuilderIdleTimeout.");

    public static readonly DiagnosticDescriptor AnswerMalformed = new("OFB2767", Error,
        "The OpenFaaS builder at {0} sent what is no result of a build: {1}.{2}",
        "Results are JSON objects, one a line.",
        "Check that the address is that of a builder, and nothing on the way changes its answers.");

    public static readonly DiagnosticDescriptor NoVerdict = new("OFB2768", Error,
        "The OpenFaaS builder at {0} did not say that the build succeeded; its last status is '{1}'.{2}",
        "Only the status 'success' is one. An answer may end without it when the builder is restarted or killed.",
        "Publish again, and look at the builder's log if it happens again.");

    public static readonly DiagnosticDescriptor BuildFailed = new("OFB2769", Error,
        "The OpenFaaS builder at {0} failed: {1}.{2}",
        "The builder reports that it could not build or push the image.",
        "See its words and the last lines (ContainerProgress=plain prints all). Credentials for base images and for the push are the builder's own.");

    public static readonly DiagnosticDescriptor StepExited = new("OFB2770", Error,
        "The step '{0}' ended with exit code {1} in the OpenFaaS builder.{2}",
        "A command of the Dockerfile failed.",
        "Read the step's output (ContainerProgress=plain prints all of it) and correct the command. Exit code 137 means that it was killed, mostly for want of memory.");

    public static readonly DiagnosticDescriptor ImageNotThere = new("OFB2771", Error,
        "The OpenFaaS builder at {0} reports success, and the registry has no {1}.",
        "The image is looked for by HEAD with your own credentials, under the digest that the builder's log names, else under its tag.",
        "Check that builder and SDK mean the same registry by this name, and that the builder is told to push.");

    public static readonly DiagnosticDescriptor ContextChanged = new("OFB2772", Error,
        "A file of the build context changed while the context was sent to the OpenFaaS builder.",
        "The context is read twice, once to sign it and once to send it; what was sent would not be what was signed.",
        "Publish again when nothing writes to the function's folders.");

    public static readonly DiagnosticDescriptor DockerfileNotPlaceable = new("OFB2773", Error,
        "The build context has a folder '{0}', where a file for the OpenFaaS builder goes.",
        "The API always builds by the file Dockerfile at the root of the context: ContainerDockerfile is put there, and Dockerfile.dockerignore, which leaves nothing out, beside it.",
        "Rename the folder, or set ContainerBuilder to another builder.");
}
