using static OpenFaaS.Build.Diagnostics.DiagnosticSeverity;

namespace OpenFaaS.Build.Diagnostics;

/// <summary>OFB53xx: caches and content stores of BuildKit. One static readonly field a code; codes are never reused.</summary>
public static class BuildKitCacheDiagnostics
{
    public static readonly DiagnosticDescriptor MalformedCache = new("OFB5301", Error,
        "{0} is not understood: {1}.",
        "A cache is a registry reference, or BuildKit's form: comma-separated key=value with a type, quoted as in CSV where a value holds a comma.",
        "Write it like type=registry,ref=registry.example.com/cache,mode=max.");

    public static readonly DiagnosticDescriptor MissingAttribute = new("OFB5302", Error,
        "{0} (type={1}) has no '{2}'.",
        "A cache of this type cannot be found without it.",
        "Add the key with its value.");

    public static readonly DiagnosticDescriptor LiteralSecret = new("OFB5303", Warning,
        "{0} holds a secret as plain text: {1}.",
        "What is written in a project ends up in its history, in logs and in binary logs.",
        "Write env:NAME or file:PATH in its place, or leave it out where the daemon has credentials of its own.");

    public static readonly DiagnosticDescriptor GitHubCacheLeftOut = new("OFB5304", Warning,
        "{0} (type=gha) is left out: {1}.",
        "The cache of GitHub Actions is reached with a token and an address that only its own actions get as variables.",
        "In a workflow hand ACTIONS_RUNTIME_TOKEN, ACTIONS_RESULTS_URL and ACTIONS_CACHE_SERVICE_V2 on to this step; elsewhere use another type.");

    public static readonly DiagnosticDescriptor LocalCacheLeftOut = new("OFB5305", Warning,
        "The local cache '{0}' is not read: {1}.",
        "There is nothing to read before the first build has written the cache.",
        "Write it with @(ContainerCacheTo) type=local,dest=…; the build goes on without it.");

    public static readonly DiagnosticDescriptor LocalCacheNotWritten = new("OFB5306", Error,
        "The local cache '{0}' was not written: {1}.",
        "The folder is no OCI image layout, another process holds it, or the daemon did not give what it announced.",
        "Remove the folder, or name another one in @(ContainerCacheTo).");

    public static readonly DiagnosticDescriptor MalformedContextName = new("OFB5307", Error,
        "'{0}' cannot be the name of a build context: {1}.",
        "A named context stands where FROM or COPY --from name a stage or an image, so its name has the form of an image reference.",
        "Rename it to lower-case letters, digits and dashes.");

    public static readonly DiagnosticDescriptor MalformedContextSource = new("OFB5308", Error,
        "The build context '{0}' cannot be used: {1}.",
        "The Source of a build context is a folder, docker-image://reference, oci-layout://folder[:tag][@digest], or the address of a git repository or an archive.",
        "Correct the Source of the item in @(ContainerBuildContext).");

    public static readonly DiagnosticDescriptor MalformedDaemonContent = new("OFB5309", Error,
        "The daemon does not give {0} as it should: {1}.",
        "Manifests and configurations of the image that was built are read back from the daemon and compared with their digests.",
        "Check the daemon's log and disk, and publish again.");

    public static readonly DiagnosticDescriptor MalformedImage = new("OFB5310", Error,
        "The image in {0} is malformed: {1}.",
        "Its index, manifests and configurations do not fit together, or exceed the SDK's limits.",
        "Update the daemon, and publish again.");

    public static readonly DiagnosticDescriptor MalformedImageArchive = new("OFB5311", Error,
        "The image archive '{0}' cannot be used: {1}.",
        "It is damaged or no OCI image layout.",
        "Check the free disk space and the daemon's log, and publish again.");
}
