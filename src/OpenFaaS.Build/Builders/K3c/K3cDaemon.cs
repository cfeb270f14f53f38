using OpenFaaS.Build.Model;

namespace OpenFaaS.Build.Builders.K3c;

/// <summary>k3c 0.2: one daemon with containerd and BuildKit 0.6 on one socket.</summary>
internal static class K3cDaemon
{
    public const string Name = "k3c";

    /// <summary>Year of the last change.</summary>
    public const int Retired = 2021;

    public const string Successors = "nerdctl and buildkit";

    private const string Variable = "K3C_ADDRESS";
    private const string UsualSocket = "unix:///run/k3c/k3c.sock";

    /// <summary>The daemon that the user names, else the one of <c>K3C_ADDRESS</c>, else the one at its usual place.</summary>
    /// <param name="environment">Environment variables by name.</param>
    public static Func<EngineModel, EngineModel> Place(Func<string, string?> environment) => engine => engine.Endpoints.Count > 0
        ? engine
        : engine with { Endpoints = [environment(Variable) is { Length: > 0 } address ? Address(address) : UsualSocket] };

    // As containerd's clients have it: a path is a socket.
    private static string Address(string text) => Path.IsPathFullyQualified(text) ? "unix://" + text : text;
}
