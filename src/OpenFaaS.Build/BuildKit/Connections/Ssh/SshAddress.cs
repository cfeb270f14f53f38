using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.BuildKit.Connections.Ssh;

/// <summary>A daemon on another host. No part can be taken for an option of the ssh client.</summary>
/// <param name="User">Name of the user there; null for the one that ssh chooses.</param>
/// <param name="Host">Name of the host, an alias of the user's ssh configuration, or an IP address without brackets.</param>
/// <param name="Port">Port; null for the one that ssh chooses.</param>
/// <param name="Socket">Full path of the daemon's socket there; null for the usual one.</param>
internal sealed record SshAddress(string? User, string Host, int? Port, string? Socket)
{
    private const string Scheme = "ssh://";
    private const int Longest = 1024;

    /// <inheritdoc/>
    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}{(User is null ? "" : User + "@")}{host}{(Port is null ? "" : ":" + Port)}{Socket}");
    }

    /// <summary>Reads <c>ssh://[user@]host[:port][/path/of/socket]</c>.</summary>
    /// <exception cref="DiagnosticException">It has another form, or a part that is refused (OFB5030).</exception>
    public static SshAddress Parse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || text.Length > Longest)
        {
            throw Invalid("ssh://…", $"it has another form, or more than {Longest} characters");
        }

        var rest = text[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (place, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
        var at = place.LastIndexOf('@');
        var user = at < 0 ? null : place[..at];
        if (user?.Contains(':', StringComparison.Ordinal) == true)
        {
            // Not shown: it is a secret.
            throw Invalid("ssh://…", "it holds a password");
        }

        var (host, port) = Split(place[(at + 1)..], text);
        var socket = path.Length > 1 ? Uri.UnescapeDataString(path) : null;
        return user is not null && !IsUser(user) ? throw Invalid(text, "that is no name of a user")
            : !IsHost(host) ? throw Invalid(text, "that is no name of a host")
            : socket?.Any(c => char.IsControl(c) || c is '?' or '#') == true ? throw Invalid(text, "that is no path of a socket")
            : new SshAddress(user, host, port, socket);
    }

    private static (string Host, int? Port) Split(string place, string text)
    {
        var inBrackets = place.StartsWith('[');
        var end = inBrackets ? place.IndexOf(']', StringComparison.Ordinal) : place.IndexOf(':', StringComparison.Ordinal) - 1;
        var host = inBrackets && end > 0 ? place[1..end] : end < 0 ? place : place[..(end + 1)];
        var rest = end < 0 ? "" : place[(end + 1)..];
        if (rest.Length == 0)
        {
            return (host, null);
        }

        return rest[0] == ':' && int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? (host, port)
            : throw Invalid(text, "that is no port");
    }

    private static bool IsUser(string user) =>
        user.Length is > 0 and <= 64 && user[0] != '-' && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '+' or '\\' or '@' or '$');

    // A colon only in IPv6 addresses, with a zone behind the percent sign.
    private static bool IsHost(string host) =>
        host.Length is > 0 and <= 253 && host[0] != '-' && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or ':' or '%');

    private static DiagnosticException Invalid(string text, string problem) =>
        BuildKitProcessDiagnostics.SshAddressInvalid.With(SafeText.Neutralize(text), problem).ToException();
}
