using OpenFaaS.Build.Builders.Images;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Kaniko;

/// <summary>A build as arguments of the executor, without those that name places. Values of arguments given by reference are not among them.</summary>
internal static class ExecutorArguments
{
    private const int Attempts = 3;

    // What steers the executor, docker or podman cannot carry a build argument's value as well.
    private static readonly string[] OwnNames = ["PATH", "HOME", "USER", "TMPDIR", "LANG", "container", "BENCHMARK_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSH_AUTH_SOCK", "REGISTRY_AUTH_FILE"];
    private static readonly string[] OwnPrefixes = ["LD_", "LC_", "XDG_", "GO", "KANIKO_", "FF_KANIKO_", "DOCKER_", "CONTAINER_", "CONTAINERS_", "PODMAN_", "STORAGE_", "REGISTRIES_", "GIT_"];

    /// <param name="build">The build.</param>
    /// <param name="document">Its Dockerfile.</param>
    /// <param name="names">The names to push; null where the image is not pushed.</param>
    /// <param name="cache">Its cache.</param>
    /// <param name="used">What is read and written.</param>
    public static IReadOnlyList<string> Of(ImageBuild build, DockerfileDocument document, IReadOnlyList<ImageReference>? names, ExecutorCache cache, IReadOnlyList<ImageReference> used)
    {
        var function = build.Function;
        var hidden = function.Builder.HiddenArguments;
        return
        [
            "--log-format=json",
            "--skip-unused-stages",
            "--custom-platform=" + function.Image.Platforms[0],
            $"--image-download-retry={Attempts}",
            .. names is null ? ["--no-push"] : names.Select(name => "--destination=" + name).Append($"--push-retry={Attempts}"),
            .. function.Builder.Target is { Length: > 0 } target ? ["--target=" + target] : Array.Empty<string>(),
            .. PlatformArguments.Of(build, document).Select(pair => hidden.Contains(pair.Key) ? "--build-arg=" + pair.Key : $"--build-arg={pair.Key}={pair.Value}"),
            .. function.Image.Labels.Select(pair => $"--label={pair.Key}={pair.Value}"),
            .. cache.Arguments,
            .. used.Select(image => image.Registry).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)
                .Where(registry => PlainRegistries.Contains(registry, function.Builder)).Select(registry => "--insecure-registry=" + registry),
        ];
    }

    /// <summary>Values of build arguments that are handed over as environment variables.</summary>
    /// <exception cref="DiagnosticException">One has a name that means something to the executor.</exception>
    public static IReadOnlyDictionary<string, string> Variables(ImageBuild build)
    {
        var hidden = build.Arguments.Where(pair => build.Function.Builder.HiddenArguments.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
        Diagnostic[] errors = [.. hidden.Keys.Where(IsOwn).Order(StringComparer.Ordinal).Select(name => KanikoDiagnostics.ArgumentNotPassable.With(name).At(build.Function.Origin))];
        return errors.Length == 0 ? hidden : throw new DiagnosticException(errors);
    }

    private static bool IsOwn(string name) => OwnNames.Contains(name, StringComparer.Ordinal) || OwnPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
