using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB51xx: sessions of BuildKit: credentials, secrets, SSH agents, liveness. One static readonly field a code; codes are never reused.</summary>
public static class BuildKitSessionDiagnostics
{
    public static readonly DiagnosticDescriptor SessionLost = new("OFB5101", Error,
        "The session with the BuildKit daemon at {0} ended before the build did: {1}.",
        "The daemon died, restarted or ended the connection, or a proxy between did. The daemon reads files, secrets and credentials over the session, so the build cannot go on.",
        "Check that the daemon is running and look into its log, then publish again.");

    public static readonly DiagnosticDescriptor SessionSilent = new("OFB5102", Error,
        "Nothing has come from the BuildKit daemon at {0} for {1} s.",
        "A daemon asks every few seconds whether its client still lives. This one is stopped or overloaded, or the network to it is cut.",
        "Check the daemon and the network to it, then publish again.");

    public static readonly DiagnosticDescriptor CredentialsWithheld = new("OFB5103", Warning,
        "The BuildKit daemon asks for credentials for '{0}', which no reference of this build names. It gets none and reads from there anonymously.",
        "Credentials go only to registries that the Dockerfile, the image name, the caches and the contexts of this build name. An image behind a '# syntax=' line, a mirror of the daemon or a variable in FROM can be at another one.",
        "Nothing, if the images there are public. Otherwise name the registry in a FROM instruction, or let the daemon know the credentials.");

    public static readonly DiagnosticDescriptor AccessFailed = new("OFB5104", Warning,
        "BuildKit went on without access to a registry: {0}.",
        "The account of this machine was refused there. A cache that cannot be read, or one with ignore-error=true that cannot be written, fails no build.",
        "Log in to that registry again (docker login or podman login), or leave the cache out.");

    public static readonly DiagnosticDescriptor SecretSource = new("OFB5111", Error,
        "The source of the build secret '{0}' is neither 'file:PATH' nor 'env:NAME'.",
        "A build secret is named by the place where it is read, never by its value: values of properties and items end up in logs.",
        "Set Source of the ContainerBuildSecret item to file:PATH or env:NAME.");

    public static readonly DiagnosticDescriptor SecretMissing = new("OFB5112", Error,
        "The build secret '{0}' cannot be read from {1}: {2}.",
        "The file or the environment variable that the secret is read from is not there, or may not be read.",
        "Create the file or set the variable, or correct the Source of the ContainerBuildSecret item.");

    public static readonly DiagnosticDescriptor SecretTooLarge = new("OFB5113", Error,
        "The build secret '{0}' is larger than {1} bytes.",
        "BuildKit takes secrets of at most 500 KiB.",
        "Make the secret smaller, or pass what is no secret as a part of the context.");

    public static readonly DiagnosticDescriptor AgentMissing = new("OFB5121", Error,
        "The SSH agent for '{0}' cannot be used: {1}.",
        "A ContainerBuildSsh item without a path means the agent that SSH_AUTH_SOCK names.",
        "Start ssh-agent and add the key, or give the path of an agent's socket or of a private key file.");

    public static readonly DiagnosticDescriptor KeyProtected = new("OFB5122", Error,
        "The private key '{1}' for the SSH agent '{0}' is protected by a passphrase.",
        "The build starts an agent with this key and asks nobody anything, so it cannot open the key.",
        "Add the key to a running ssh-agent with ssh-add and leave the path out, or use a key of its own for builds.");

    public static readonly DiagnosticDescriptor KeyRefused = new("OFB5123", Error,
        "The private key '{1}' for the SSH agent '{0}' cannot be used: {2}.",
        "ssh-keygen or ssh-add refuses the file: it is no private key, may not be read, or others may read it.",
        "Check the file with 'ssh-keygen -y -f FILE', and its permissions (0600).");

    public static readonly DiagnosticDescriptor AgentFailed = new("OFB5124", Error,
        "No SSH agent could be started for '{0}': {1}.",
        "For a private key file the build starts ssh-agent of OpenSSH, which must be in PATH.",
        "Install the OpenSSH client, or give the path of a running agent's socket.");
}
