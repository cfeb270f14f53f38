namespace OpenFaaS.Build.Engines;

/// <summary>Where an engine's service is looked for: where its own variable says, else at the usual places.</summary>
internal static class EnginePlaces
{
    /// <summary>Docker's addresses; a second part says why the one that was asked for cannot be used.</summary>
    public static IReadOnlyList<(EngineAddress? Address, string Problem)> Docker(Func<string, string?> environment)
    {
        if (environment("DOCKER_HOST") is { Length: > 0 } named)
        {
            return [Named("DOCKER_HOST", named, environment)];
        }

        if (OperatingSystem.IsWindows())
        {
            return [(EngineAddress.OfPipe("docker_engine"), "")];
        }

        return Sockets(
            Below(environment("XDG_RUNTIME_DIR"), "docker.sock"),
            "/var/run/docker.sock",
            Below(environment("HOME"), ".docker/run/docker.sock"),
            Below(environment("HOME"), ".docker/desktop/docker.sock"));
    }

    /// <summary>The addresses of Podman's service.</summary>
    public static IReadOnlyList<(EngineAddress? Address, string Problem)> Podman(Func<string, string?> environment)
    {
        if (environment("CONTAINER_HOST") is { Length: > 0 } named)
        {
            return [Named("CONTAINER_HOST", named, environment)];
        }

        if (OperatingSystem.IsWindows())
        {
            return [(EngineAddress.OfPipe("podman-machine-default"), "")];
        }

        // The last ones are those of Podman's machine on a Mac.
        return Sockets(
            Below(environment("XDG_RUNTIME_DIR"), "podman/podman.sock"),
            "/run/podman/podman.sock",
            Below(environment("HOME"), ".local/share/containers/podman/machine/podman.sock"),
            Below(environment("HOME"), ".local/share/containers/podman/machine/qemu/podman.sock"),
            Below(environment("TMPDIR"), "podman/podman-machine-default-api.sock"));
    }

    private static (EngineAddress?, string) Named(string variable, string text, Func<string, string?> environment) =>
        EngineAddress.TryParse(text, environment, out var problem) is { } address ? (address, "") : (null, $"{variable}: {problem}");

    private static IReadOnlyList<(EngineAddress?, string)> Sockets(params string?[] paths) =>
        [.. paths.OfType<string>().Distinct(StringComparer.Ordinal).Select(path => ((EngineAddress?)EngineAddress.OfSocket(path), ""))];

    private static string? Below(string? folder, string path) => string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, path);
}
