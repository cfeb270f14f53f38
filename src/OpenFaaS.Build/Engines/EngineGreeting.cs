using System.Net.Http.Headers;

namespace OpenFaaS.Build.Engines;

/// <summary>What an engine says of itself when it is asked for a sign of life.</summary>
/// <param name="IsPodman">Whether it is Podman's service, which speaks Docker's API as well.</param>
/// <param name="ApiVersion">The newest version of the API that it speaks; null where it does not say.</param>
/// <param name="OperatingSystem">What its containers run on, <c>linux</c> or <c>windows</c>; empty where it does not say.</param>
internal sealed record EngineGreeting(bool IsPodman, Version? ApiVersion, string OperatingSystem)
{
    /// <summary>Header by which Podman's service tells itself apart from Docker.</summary>
    private const string PodmanHeader = "Libpod-API-Version";

    /// <summary>Podman's version; null where it is another engine, or does not say.</summary>
    public Version? PodmanVersion { get; init; }

    /// <summary>The oldest version that this client speaks: Docker 19.03, and what the newest engines still accept.</summary>
    public static Version Oldest { get; } = new(1, 40);

    /// <summary>The newest version that this client knows: a newer engine is spoken to by this one.</summary>
    public static Version Newest { get; } = new(1, 51);

    /// <summary>The version to be spoken.</summary>
    /// <exception cref="EngineFailedException">There is none that both sides speak.</exception>
    public Version Negotiated => ApiVersion switch
    {
        null => throw new EngineFailedException("it does not say which version of the Engine API it speaks"),
        var version when version < Oldest => throw new EngineFailedException($"it speaks version {version} of the Engine API, and {Oldest} is needed (Docker 19.03)"),
        var version => version < Newest ? version : Newest,
    };

    /// <summary>Reads the headers of the answer to <c>/_ping</c>.</summary>
    public static EngineGreeting Of(HttpResponseHeaders headers) => new(
        headers.Contains(PodmanHeader),
        Version.TryParse(Value(headers, "Api-Version"), out var version) ? new Version(version.Major, version.Minor) : null,
        Value(headers, "OSType") is "linux" or "windows" ? Value(headers, "OSType") : "")
    {
        PodmanVersion = Version.TryParse(Value(headers, PodmanHeader).Split('-', '+')[0], out var podman) ? podman : null,
    };

    private static string Value(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() ?? "" : "";
}
