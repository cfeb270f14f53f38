using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.Pouch;

/// <summary><c>pouchd --enable-builder</c>: BuildKit 0.3 on a socket of its own. Its command ignores build arguments; the daemon does not.</summary>
internal static class PouchDaemon
{
    public const string Name = "pouch";

    /// <summary>Year of the last change.</summary>
    public const int Retired = 2020;

    public const string Successors = "buildkit and podman";

    private const string UsualSocket = "unix:///run/buildkit/buildkitd.sock";

    /// <summary>The daemon that the user names, else the one at its usual place; <c>BUILDKIT_HOST</c> names another program.</summary>
    public static EngineModel Place(EngineModel engine) => engine.Endpoints.Count > 0 ? engine : engine with { Endpoints = [UsualSocket] };
}
