using System.Globalization;
using OpenFaaS.Build.BuildKit.Connections;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.BuildKit.Plans;

/// <summary>A build as attributes of BuildKit's Dockerfile frontend.</summary>
internal static class DockerfileAttributes
{
    private const string HostGateway = "host-gateway";
    private const string HostGatewayLabel = "org.mobyproject.buildkit.worker.moby.host-gateway-ip";

    /// <param name="build">The build.</param>
    /// <param name="dockerfileName">Name of the Dockerfile in the directory <c>dockerfile</c> of the session.</param>
    /// <param name="daemon">Who builds.</param>
    public static SortedDictionary<string, string> Of(ImageBuild build, string dockerfileName, DaemonInfo daemon)
    {
        var builder = build.Function.Builder;
        var image = build.Function.Image;
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["filename"] = dockerfileName,
            ["platform"] = string.Join(',', image.Platforms),
            ["build-arg:SOURCE_DATE_EPOCH"] = image.Epoch.ToString(CultureInfo.InvariantCulture),
            ["image-resolve-mode"] = ResolveMode(builder.Pull, daemon),
        };
        if (builder.Target is { } target)
        {
            attributes["target"] = target;
        }

        foreach (var (name, value) in build.Arguments)
        {
            attributes["build-arg:" + name] = value;
        }

        foreach (var (name, value) in image.Labels)
        {
            attributes["label:" + name] = value;
        }

        AddSteps(attributes, builder, daemon);
        return attributes;
    }

    /// <summary>The rights that the steps get.</summary>
    public static IReadOnlyList<string> Entitlements(StepsModel steps) =>
        [.. steps.Allow.Concat(steps.Network == "host" ? ["network.host"] : Array.Empty<string>()).Distinct(StringComparer.Ordinal)];

    private static void AddSteps(SortedDictionary<string, string> attributes, BuilderModel builder, DaemonInfo daemon)
    {
        var steps = builder.Steps;
        if (builder.NoCache || steps.NoCacheStages.Count > 0)
        {
            attributes["no-cache"] = builder.NoCache ? "" : string.Join(',', steps.NoCacheStages);
        }

        if (steps.Network is { } network and not "default")
        {
            attributes["force-network-mode"] = network;
        }

        if (steps.Hosts.Count > 0)
        {
            attributes["add-hosts"] = string.Join(',', steps.Hosts.Select(host => $"{host.Name}={Address(host.Source, daemon)}"));
        }

        if (steps.Ulimits.Count > 0)
        {
            attributes["ulimit"] = string.Join(',', steps.Ulimits);
        }

        if (steps.Provenance is { } provenance)
        {
            attributes["attest:provenance"] = provenance;
        }

        if (steps.Sbom is { } sbom)
        {
            attributes["attest:sbom"] = sbom;
        }
    }

    private static string Address(string address, DaemonInfo daemon) =>
        address == HostGateway && daemon.Labels.TryGetValue(HostGatewayLabel, out var known) ? known : address;

    // An engine with a store of its own looks there first, as its command line does.
    private static string ResolveMode(PullPolicy pull, DaemonInfo daemon) => pull switch
    {
        PullPolicy.Always => "pull",
        PullPolicy.Never => "local",
        _ => daemon.HasImageStore ? "default" : "local",
    };
}
