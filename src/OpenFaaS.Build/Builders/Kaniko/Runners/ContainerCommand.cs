using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Kaniko.Runners;

/// <summary>The two commands that run containers, and in what they differ.</summary>
/// <param name="Name">Value of <c>KanikoRunner</c>, and name of the command.</param>
/// <param name="Property">The property that names the command's place.</param>
internal sealed record ContainerCommand(string Name, string Property)
{
    public static ContainerCommand Docker { get; } = new("docker", "DockerCommand")
    {
        Given = engine => engine.DockerCommand,
        At = address => ["--host", address],
        Variables = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"],
        PlaceQuestion = ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"],
        VersionQuestion = ["version", "--format", "{{.Server.Version}}"],
        ErrorMark = "docker: ",
    };

    public static ContainerCommand Podman { get; } = new("podman", "PodmanCommand")
    {
        Given = engine => engine.PodmanCommand,
        At = address => ["--remote", "--url", address],
        Variables = ["CONTAINER_HOST", "CONTAINER_SSHKEY"],
        PlaceQuestion = null,
        VersionQuestion = ["info", "--format", "{{.Version.Version}}"],
        ErrorMark = "Error: ",
    };

    /// <summary>What the user says of the command's place.</summary>
    public required Func<EngineModel, string?> Given { get; init; }

    /// <summary>Arguments before the verb that name the engine.</summary>
    public required Func<string, IReadOnlyList<string>> At { get; init; }

    /// <summary>The command's own variables that say where its engine is, the first of them by an address.</summary>
    public required IReadOnlyList<string> Variables { get; init; }

    /// <summary>Asks the command where its engine is, whoever has told it; null where only the variable tells.</summary>
    public required IReadOnlyList<string>? PlaceQuestion { get; init; }

    /// <summary>Asks the engine for its version.</summary>
    public required IReadOnlyList<string> VersionQuestion { get; init; }

    /// <summary>What the command puts before its own errors.</summary>
    public required string ErrorMark { get; init; }
}
