using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Exec;

/// <summary>A container of a local engine.</summary>
/// <param name="IsPodman">Whether Podman runs it.</param>
/// <param name="Name">Name or id: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>, so it can stand in the path of a request.</param>
internal sealed record ContainerAddress(bool IsPodman, string Name)
{
    private const string Docker = "docker-container://";
    private const string Podman = "podman-container://";
    private const int Longest = 255;

    /// <inheritdoc/>
    public override string ToString() => (IsPodman ? Podman : Docker) + Name;

    /// <summary>Reads <c>docker-container://NAME</c> or <c>podman-container://NAME</c>.</summary>
    /// <exception cref="DiagnosticException">It is neither, or holds an option (OFB5020).</exception>
    public static ContainerAddress Parse(string text)
    {
        var isPodman = text.StartsWith(Podman, StringComparison.OrdinalIgnoreCase);
        if (!isPodman && !text.StartsWith(Docker, StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid(text, "it names no container");
        }

        var rest = text[Docker.Length..];
        if (rest.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query)
        {
            var option = rest[(query + 1)..].Split('&', '=')[0];
            throw Invalid(text[..(Docker.Length + query)], $"the option '{SafeText.Neutralize(option)}' is not supported");
        }

        var name = rest.EndsWith('/') ? rest[..^1] : rest;
        return IsName(name) ? new ContainerAddress(isPodman, name) : throw Invalid(text, "that is no name of a container");
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static DiagnosticException Invalid(string text, string problem) =>
        BuildKitProcessDiagnostics.ContainerAddressInvalid.With(SafeText.Neutralize(text), problem).ToException();
}
