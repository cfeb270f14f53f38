using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>Build arguments that mean something without an ARG.</summary>
internal static class PredefinedArguments
{
    private static readonly string[] Proxies = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    /// <summary>The platform arguments and their values; an absent variant is empty.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Platform(Platform build, Platform target, string targetStage) =>
    [
        new("BUILDPLATFORM", build.ToString()),
        new("BUILDOS", build.Os),
        new("BUILDOSVERSION", ""),
        new("BUILDARCH", build.Architecture),
        new("BUILDVARIANT", build.Variant ?? ""),
        new("TARGETPLATFORM", target.ToString()),
        new("TARGETOS", target.Os),
        new("TARGETOSVERSION", ""),
        new("TARGETARCH", target.Architecture),
        new("TARGETVARIANT", target.Variant ?? ""),
        new("TARGETSTAGE", targetStage),
    ];

    /// <summary>Whether a build argument may be given that no ARG declares: platform and proxy arguments, BuildKit's own switches, the epoch.</summary>
    public static bool Contains(string name) =>
        Proxies.Contains(name, StringComparer.OrdinalIgnoreCase)
        || name.StartsWith("BUILDKIT_", StringComparison.Ordinal)
        || name == "SOURCE_DATE_EPOCH"
        || Platform(new Platform("", ""), new Platform("", ""), "").Any(argument => argument.Key == name);
}
