using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB50xx: the way to a BuildKit daemon. One static readonly field a code; codes are never reused.</summary>
public static class BuildKitConnectionDiagnostics
{
    public static readonly DiagnosticDescriptor AddressInvalid = new("OFB5001", Error,
        "The BuildKit address '{0}' cannot be used: {1}.",
        "ContainerBuilderEndpoint or BUILDKIT_HOST holds something that is no address of a BuildKit daemon.",
        "Write it as unix:///path, tcp://host:port, npipe:////./pipe/name, http://host:port, https://host:port, docker-container://name, podman-container://name, ssh://user@host, kube-pod://name or kube-deployment://name.");

    public static readonly DiagnosticDescriptor FormNotSupported = new("OFB5002", Error,
        "BuildKit addresses of the form '{0}://' are not supported yet.",
        "The form is a known one, and this version cannot use it.",
        "Give the daemon an address that can be reached over a socket, for example with a port that is forwarded to loopback.");

    public static readonly DiagnosticDescriptor SocketPathTooLong = new("OFB5003", Error,
        "The path of the BuildKit socket '{0}' is {1} bytes long; a Unix socket's path has at most {2}.",
        "The operating system bounds the path of a Unix socket.",
        "Let the daemon listen at a shorter path, or reach it through a symbolic link at one.");

    public static readonly DiagnosticDescriptor SocketMissing = new("OFB5004", Error,
        "There is no socket of a BuildKit daemon at '{0}': {1}.",
        "The daemon is not running, or it listens somewhere else.",
        "Start the daemon, or set ContainerBuilderEndpoint to where it listens.");

    public static readonly DiagnosticDescriptor AccessDenied = new("OFB5005", Error,
        "The socket of the BuildKit daemon at '{0}' may not be opened by this user.",
        "The socket, or a folder above it, belongs to another user or group.",
        "Add the user to the socket's group, start the daemon for this user (rootless), or set ContainerBuilderEndpoint to another daemon.");

    public static readonly DiagnosticDescriptor SocketStale = new("OFB5006", Error,
        "Nobody listens on the socket '{0}'.",
        "The socket's file was left behind by a daemon that has ended.",
        "Start the daemon again.");

    public static readonly DiagnosticDescriptor PlainRefused = new("OFB5007", Error,
        "The connection to the BuildKit daemon at '{0}' would be without encryption.",
        "Registry credentials, secrets and source code travel on this connection, and the address is another machine's.",
        "Set ContainerBuilderCaFile, ContainerBuilderCertFile and ContainerBuilderKeyFile for TLS, or ContainerInsecureEndpoint=true where the network is trusted.");

    public static readonly DiagnosticDescriptor Unreachable = new("OFB5008", Error,
        "The BuildKit daemon at '{0}' cannot be reached: {1}.",
        "No connection came about.",
        "Check the address, that the daemon is running, and that nothing between blocks the way.");

    public static readonly DiagnosticDescriptor UntrustedCertificate = new("OFB5009", Error,
        "The certificate of the BuildKit daemon at '{0}' is not accepted: {1}.",
        "Its issuer is not in ContainerBuilderCaFile (or, without that, none of the system's authorities), its name is not the address's host, or its time is over.",
        "Set ContainerBuilderCaFile to the authority that issued it, use the host name that it is for, or renew it.");

    public static readonly DiagnosticDescriptor TlsFailed = new("OFB5010", Error,
        "No TLS connection came about with the BuildKit daemon at '{0}': {1}.",
        "Both sides do not agree on TLS, on HTTP/2 within it, or on the client's certificate.",
        "Check that the daemon is started with --tlscert and --tlskey, and that ContainerBuilderCertFile and ContainerBuilderKeyFile are of an authority that it accepts (--tlscacert).");

    public static readonly DiagnosticDescriptor TlsFileUnusable = new("OFB5011", Error,
        "The file '{0}' cannot be used for TLS with the BuildKit daemon: {1}.",
        "ContainerBuilderCaFile, ContainerBuilderCertFile and ContainerBuilderKeyFile are PEM files; certificate and key belong together.",
        "Correct the property or the file.");

    public static readonly DiagnosticDescriptor KeyReadableByOthers = new("OFB5012", Error,
        "The private key '{0}' can be read by every user of this machine (mode {1}).",
        "Whoever has the key commands the daemon, which often runs as root; keys of SSH are refused for the same reason.",
        "Take the rights of others away: chmod o-rwx, or defaultMode: 0440 for a secret that Kubernetes mounts.");

    public static readonly DiagnosticDescriptor NoBuildKit = new("OFB5013", Error,
        "What answers at '{0}' is no BuildKit daemon: {1}.",
        "The address leads to another program.",
        "Set ContainerBuilderEndpoint to a buildkitd or to a Docker Engine.");

    public static readonly DiagnosticDescriptor Silent = new("OFB5014", Error,
        "The BuildKit daemon at '{0}' accepts connections and does not answer within {1} s.",
        "The daemon hangs, is stopped or overloaded, or the address leads to another program.",
        "Look into the daemon's log, and restart it.");

    public static readonly DiagnosticDescriptor EngineRefused = new("OFB5015", Error,
        "The Docker Engine at '{0}' does not open its BuildKit: {1}.",
        "Docker has BuildKit since version 18.09; a proxy in front of the engine may let only some requests through.",
        "Update the engine, let POST /grpc and POST /session pass the proxy, or set ContainerBuilderEndpoint to another daemon.");

    public static readonly DiagnosticDescriptor NothingFound = new("OFB5016", Error,
        "No BuildKit daemon was found. Tried: {0}.",
        "Neither ContainerBuilderEndpoint nor BUILDKIT_HOST is set, and no daemon answers at the usual places.",
        "Start buildkitd or Docker, set ContainerBuilderEndpoint, or put buildkitd into a folder of PATH.");

    public static readonly DiagnosticDescriptor DaemonRefused = new("OFB5017", Error,
        "The BuildKit daemon at '{0}' cannot tell what it is: {1}.",
        "The daemon answered the first question with an error.",
        "Look into the daemon's log.");

    public static readonly DiagnosticDescriptor NoWorker = new("OFB5018", Error,
        "The BuildKit daemon at '{0}' has no worker that could build.",
        "buildkitd runs steps through an OCI runtime or containerd, and found neither.",
        "Look into the daemon's log, and install runc or crun beside it.");
}
