using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB3xxx. One static readonly field a code; codes are never reused.</summary>
public static class RegistryDiagnostics
{
    public static readonly DiagnosticDescriptor Unreachable = new("OFB3001", Error,
        "{0} cannot be reached: {1}.",
        "The name does not resolve, nothing listens on the port, a firewall drops the connection, or a proxy is in the way.",
        "Check the name and the port, and HTTPS_PROXY and NO_PROXY.");

    public static readonly DiagnosticDescriptor UntrustedCertificate = new("OFB3002", Error,
        "The certificate of {0} is not trusted: {1}.",
        "The certificate is self-signed, expired, for another name, or issued by a private authority that this machine does not know.",
        "Put the authority's certificate into the system store, into /etc/docker/certs.d/<host:port>/ca.crt, or name its file in OPENFAAS_REGISTRY_CERTS.");

    public static readonly DiagnosticDescriptor NotTls = new("OFB3003", Error,
        "{0} does not speak TLS.",
        "The registry serves plain http, which the SDK uses for loopback addresses and for listed registries only.",
        "Serve the registry over https, or list its host and port in @(ContainerInsecureRegistry).");

    public static readonly DiagnosticDescriptor Unauthorized = new("OFB3004", Error,
        "{0} does not authorize {1}: {2}.",
        "The registry wants credentials, refuses those it was given, or hides a repository that does not exist.",
        "Sign in with 'docker login' or 'podman login', or set DOTNET_CONTAINER_REGISTRY_UNAME and DOTNET_CONTAINER_REGISTRY_PWORD for the output registry.");

    public static readonly DiagnosticDescriptor Denied = new("OFB3005", Error,
        "{0} denies {1}: {2}.",
        "The account is known but has no right to do this, or the repository may not be created by a push.",
        "Give the account the right, or choose another ContainerRepository.");

    public static readonly DiagnosticDescriptor NotFound = new("OFB3006", Error,
        "The image '{0}' does not exist: {1} answered, but has no such name or tag.",
        "The name or tag is misspelt, or the image was deleted.",
        "Correct the reference, or push the image first.");

    public static readonly DiagnosticDescriptor RateLimited = new("OFB3007", Error,
        "{0} limits the rate of requests and refuses {1}: {2}.",
        "The registry counts requests per account or address, and the wait it asks for is longer than the SDK waits.",
        "Publish again later, or sign in to get a higher limit.");

    public static readonly DiagnosticDescriptor TooLarge = new("OFB3008", Error,
        "{0} sends more than {2} bytes for {1}.",
        "The SDK bounds what it reads from a registry; no valid document is that large.",
        "Check the reference and the registry.");

    public static readonly DiagnosticDescriptor DigestMismatch = new("OFB3009", Error,
        "{0} sent other content for {1}: expected {2}, got {3}.",
        "The content was changed in the registry, in a cache or on the way. Nothing of it was used.",
        "Check the registry, its mirrors and proxies; publish again once they serve the right content.");

    public static readonly DiagnosticDescriptor MalformedResponse = new("OFB3010", Error,
        "{0} answered {1} in a way that cannot be used: {2}.",
        "The server is no OCI registry, is misconfigured, or something between here and there answers for it.",
        "Check the name and port of the registry, and proxies.");

    public static readonly DiagnosticDescriptor ServerError = new("OFB3011", Error,
        "{0} failed at {1}: {2}.",
        "The registry reports an internal failure, also after the SDK tried again.",
        "Look into the registry's log, and publish again later.");

    public static readonly DiagnosticDescriptor RedirectRefused = new("OFB3012", Error,
        "{0} sent {1} on to {2}, which is refused: {3}.",
        "A registry may send transfers to other hosts, but not from https to http and not into a private network.",
        "Check the registry's external URL in its configuration.");

    public static readonly DiagnosticDescriptor RealmRefused = new("OFB3013", Error,
        "{0} asks for its token at {1}, which is refused: {2}.",
        "A registry names its token server itself; a false or compromised one could collect credentials that way.",
        "If the token server is the right one, allow the pair with OPENFAAS_REGISTRY_REALMS=<registry>=<token server>.");

    public static readonly DiagnosticDescriptor MalformedCredentials = new("OFB3014", Error,
        "The credentials in {0} cannot be read: {1}.",
        "The file is no valid JSON, is too large, or an entry in it is malformed.",
        "Repair the file, or write it again with 'docker login' or 'podman login'.");

    public static readonly DiagnosticDescriptor CredentialHelperFailed = new("OFB3015", Error,
        "The credential helper '{0}' gave no credentials for {1}: {2}.",
        "The docker configuration names a helper program that is missing or fails.",
        "Install or repair the helper, or remove it from credsStore and credHelpers.");

    public static readonly DiagnosticDescriptor Interrupted = new("OFB3016", Error,
        "{0} broke off {1}: {2}.",
        "The connection was cut or stood still, also after the SDK tried again.",
        "Check the network and the registry's log, and publish again.");

    public static readonly DiagnosticDescriptor Rejected = new("OFB3017", Error,
        "{0} rejects {1}: {2}.",
        "The registry does not accept this request, for example because it forbids overwriting tags or does not know a media type.",
        "Act on the registry's message.");

    public static readonly DiagnosticDescriptor UnreadableCertificates = new("OFB3018", Error,
        "The certificates in '{0}' cannot be read: {1}.",
        "A file that should hold certificate authorities in PEM form holds something else.",
        "Repair or remove the file.");

    public static readonly DiagnosticDescriptor PlatformNotOffered = new("OFB3019", Error,
        "The base image {0} is not offered for {1}. It is offered for: {2}.",
        "The image was not published for that platform.",
        "Choose another base image, or another ContainerPlatforms or ContainerRuntimeIdentifier.");

    public static readonly DiagnosticDescriptor NotAnImage = new("OFB3020", Error,
        "{0} is no container image that can be a base: {1}.",
        "The reference names an artifact, a signature, or an image in Docker's retired schema 1.",
        "Choose another base image, or push it again with a current tool.");

    public static readonly DiagnosticDescriptor InconsistentImage = new("OFB3021", Error,
        "The base image {0} contradicts itself: {1}.",
        "Manifest, configuration and layers do not belong together; the image was made or changed by a faulty tool.",
        "Push the base image again.");

    public static readonly DiagnosticDescriptor PasswordInBinaryLog = new("OFB3022", Warning,
        "The binary log of this build holds the value of {0}.",
        "MSBuild writes every environment variable whose name begins with DOTNET_ into binary logs, and onto the console at verbosity diagnostic, before it loads a project.",
        "Keep the log to yourself, and sign in with 'docker login' or use SDK_CONTAINER_REGISTRY_UNAME and SDK_CONTAINER_REGISTRY_PWORD, which MSBuild leaves out.");

    public static readonly DiagnosticDescriptor PushNotConfirmed = new("OFB3023", Error,
        "After the push {0} should lead to {1}, but the registry has {2} there.",
        "A builder that pushes by itself reported success; the registry is asked before the publish counts as done.",
        "Publish again. If it happens again, another build pushes to the same name, or the builder reaches another registry by this name than this machine does.");
}
