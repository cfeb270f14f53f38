using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Nerdctl;

/// <summary>Arguments that only <c>nerdctl</c> has.</summary>
internal static class NerdctlArguments
{
    private const string Context = "context:";

    /// <summary>Arguments before the verb: which containerd.</summary>
    public static IEnumerable<string> Common(ContainerdModel containerd) =>
    [
        .. containerd.Address is { } address ? ["--address", address] : Array.Empty<string>(),
        .. containerd.Namespace is { } space ? ["--namespace", space] : Array.Empty<string>(),
    ];

    /// <summary>Arguments of the verb.</summary>
    /// <param name="function">The function.</param>
    /// <param name="pins">Pins as named contexts.</param>
    public static IEnumerable<string> Of(FunctionModel function, IEnumerable<KeyValuePair<string, string>> pins)
    {
        var (builder, steps) = (function.Builder, function.Builder.Steps);
        return
        [
            .. builder.Engine.Endpoints is [var daemon, ..] ? ["--buildkit-host", daemon] : Array.Empty<string>(),
            "--build-arg", ArchiveBuild.EpochArgument(function.Image),
            .. builder.Pull == PullPolicy.Always ? ["--pull"] : Array.Empty<string>(),
            .. steps.Network is { } network ? ["--network", network] : Array.Empty<string>(),
            .. ArchiveBuild.Each("--add-host", steps.Hosts.Select(host => $"{host.Name}:{host.Source}")),
            .. ArchiveBuild.Each("--allow", steps.Allow),
            .. steps.Provenance is { } provenance ? ["--attest", "type=provenance," + provenance] : Array.Empty<string>(),
            .. steps.Sbom is { } sbom ? ["--attest", sbom.Length > 0 ? "type=sbom," + sbom : "type=sbom"] : Array.Empty<string>(),
            .. ArchiveBuild.Each("--build-context", pins.Select(pin => $"{pin.Key[Context.Length..]}={pin.Value}")),
        ];
    }
}
