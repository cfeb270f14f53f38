using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB5020-5049: BuildKit daemons behind a program: in a container, over SSH, or started for the build. One static readonly field a code; codes are never reused.</summary>
public static class BuildKitProcessDiagnostics
{
    public static readonly DiagnosticDescriptor ContainerAddressInvalid = new("OFB5020", Error,
        "The BuildKit address '{0}' cannot be used: {1}.",
        "docker-container:// and podman-container:// are followed by the name or id of one container and nothing else: the engine is the one of DOCKER_HOST or CONTAINER_HOST.",
        "Write docker-container://NAME or podman-container://NAME, and name another engine by DOCKER_HOST or CONTAINER_HOST.");

    public static readonly DiagnosticDescriptor ContainerEngineUnreachable = new("OFB5021", Error,
        "The engine that runs the BuildKit container '{0}' does not answer. Tried: {1}.",
        "The container is reached through its engine's API, at DOCKER_HOST or CONTAINER_HOST, or else at the usual places.",
        "Start the engine, or set DOCKER_HOST (docker-container://) or CONTAINER_HOST (podman-container://) to its address.");

    public static readonly DiagnosticDescriptor ContainerMissing = new("OFB5022", Error,
        "The engine at '{1}' has no container '{0}'.",
        "The BuildKit daemon was to be reached in this container, and it is not there; another engine may have it.",
        "Create the container, for example with 'docker buildx create --driver docker-container --bootstrap', or correct its name in ContainerBuilderEndpoint.");

    public static readonly DiagnosticDescriptor ContainerNotRunning = new("OFB5023", Error,
        "The container '{0}' of the engine at '{1}' does not run: {2}.",
        "The BuildKit daemon was to be reached in this container, and it is stopped or paused.",
        "Start the container.");

    public static readonly DiagnosticDescriptor ContainerWithoutBuildctl = new("OFB5024", Error,
        "In the container '{0}' of the engine at '{1}' the command buildctl cannot be run: {2}.",
        "The daemon in the container is reached through 'buildctl dial-stdio', which the images of BuildKit hold.",
        "Name a container of an image of BuildKit in ContainerBuilderEndpoint.");

    public static readonly DiagnosticDescriptor ContainerDaemonUnreachable = new("OFB5025", Error,
        "No BuildKit daemon answers in the container '{0}' of the engine at '{1}': {2}.",
        "The connection through 'buildctl dial-stdio' ended before the daemon said anything.",
        "Look into the container's log, and restart it.");

    public static readonly DiagnosticDescriptor ContainerEnded = new("OFB5026", Error,
        "The connection to the BuildKit daemon in the container '{0}' of the engine at '{1}' ended: {2}.",
        "The container, the daemon in it or its engine was stopped, or the connection was cut.",
        "Look into the container's log, and publish again.");

    public static readonly DiagnosticDescriptor SshAddressInvalid = new("OFB5030", Error,
        "The BuildKit address '{0}' cannot be used: {1}.",
        "Addresses of SSH have the form ssh://[user@]host[:port][/path/of/socket]. What the ssh client could take for an option is refused.",
        "Correct ContainerBuilderEndpoint or BUILDKIT_HOST. Passwords are not taken: use a key or an agent.");

    public static readonly DiagnosticDescriptor SshNotFound = new("OFB5031", Error,
        "The BuildKit daemon at '{0}' needs the command ssh: {1}.",
        "Addresses of the form ssh:// are reached by the OpenSSH client.",
        "Install the OpenSSH client, and make sure that a folder of PATH holds it.");

    public static readonly DiagnosticDescriptor SshFailed = new("OFB5032", Error,
        "No SSH connection came about with '{0}': {1}.",
        "The host cannot be reached, is not known, or does not accept the user's key; ssh never asks for a password here.",
        "Try 'ssh -o BatchMode=yes' with the same host: it must connect without a question. A new host's key goes into known_hosts first.");

    public static readonly DiagnosticDescriptor SshWithoutBuildctl = new("OFB5033", Error,
        "The host at '{0}' has no command buildctl: {1}.",
        "The daemon is reached through 'buildctl dial-stdio' on the other side. 'docker system dial-stdio', which leads to a Docker Engine, is what ContainerBuilder=docker uses.",
        "Install buildctl on the host in a folder of its PATH for commands over SSH, set ContainerBuilder=docker where a Docker Engine is there, or forward the daemon's or the engine's socket with 'ssh -L' and use unix://.");

    public static readonly DiagnosticDescriptor SshDaemonUnreachable = new("OFB5034", Error,
        "No BuildKit daemon answers at '{0}': {1}.",
        "The SSH connection came about, and 'buildctl dial-stdio' on the other side ended, or text came that is not the daemon's.",
        "Start the daemon there, name its socket in the address (ssh://host/run/buildkit/buildkitd.sock), and keep start-up files of the shell silent.");

    public static readonly DiagnosticDescriptor SshEnded = new("OFB5035", Error,
        "The SSH connection to the BuildKit daemon at '{0}' ended: {1}.",
        "The daemon, the SSH server or the network went away.",
        "Check the host, and publish again.");

    public static readonly DiagnosticDescriptor DaemonNotStarted = new("OFB5040", Error,
        "The private BuildKit daemon '{0}' ended before it was ready: {1}.",
        "No daemon was named or found, and buildkitd of PATH was started for this build.",
        "Its last words are above: most often runc or crun is missing, or the container that it runs in does not allow what it needs. Or set ContainerBuilderEndpoint.");

    public static readonly DiagnosticDescriptor DaemonNotReady = new("OFB5041", Error,
        "The private BuildKit daemon '{0}' was not ready within {1} s: {2}.",
        "No daemon was named or found, and buildkitd of PATH was started for this build; it runs and does not answer.",
        "Look at its last words above, free its cache folder, or set ContainerBuilderEndpoint.");

    public static readonly DiagnosticDescriptor RootlessToolsMissing = new("OFB5042", Error,
        "The private BuildKit daemon '{0}' cannot be started without root: {1}.",
        "Without root buildkitd runs in a user namespace, which rootlesskit makes with newuidmap and newgidmap and the ranges of /etc/subuid and /etc/subgid.",
        "Install rootlesskit and uidmap, or set ContainerBuilderEndpoint.");

    public static readonly DiagnosticDescriptor DaemonFolderUnusable = new("OFB5043", Error,
        "The private BuildKit daemon cannot have its folder '{0}': {1}.",
        "Its cache is kept in the user's cache folder, one folder for each daemon that runs at a time; its socket is in the temporary folder.",
        "Free space or rights, or set XDG_CACHE_HOME to a folder that can be written.");

    public static readonly DiagnosticDescriptor DaemonEnded = new("OFB5044", Error,
        "The private BuildKit daemon '{0}' ended during the build: {1}.",
        "It crashed, or somebody stopped it; the kernel stops processes when memory runs out.",
        "Look at its last words above, and publish again.");

    public static readonly DiagnosticDescriptor DaemonFlagsRefused = new("OFB5045", Error,
        "BUILDKITD_FLAGS holds '{0}', which the private BuildKit daemon is given by the build.",
        "The daemon that is started for a build has its own root and address, so that builds do not disturb each other.",
        "Take --root and --addr out of BUILDKITD_FLAGS, or start the daemon yourself and set ContainerBuilderEndpoint.");
}
