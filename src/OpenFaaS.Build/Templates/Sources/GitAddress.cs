using System.Text.RegularExpressions;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Registry.Transport;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Addresses of git servers: the few forms that are taken, checked character by character, since git hands parts of them to ssh and curl.</summary>
internal static partial class GitAddress
{
    /// <summary>Reads <c>scheme://[user[:password]@]host[:port]/path[#ref]</c>.</summary>
    /// <param name="text">The source as the user wrote it, for messages.</param>
    /// <param name="address">The same without <c>git+</c>.</param>
    public static GitSource Parse(string text, string address)
    {
        var (url, reference) = TemplateSource.SplitReference(address);
        var scheme = url[..url.IndexOf("://", StringComparison.Ordinal)].ToLowerInvariant();
        var rest = url[(scheme.Length + "://".Length)..];
        if (scheme is not ("https" or "ssh" or "http"))
        {
            throw TemplateSource.Refused(text, $"{SafeText.Neutralize(scheme)}: is none of https, ssh and git+file");
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
        var at = authority.LastIndexOf('@');
        var (user, server) = at < 0 ? (null, authority) : (authority[..at], authority[(at + 1)..].ToLowerInvariant());
        server = server.ToLowerInvariant();
        if (!Server.IsMatch(server))
        {
            throw TemplateSource.Refused(text, "its host is no host name, or its port no number");
        }

        CheckPath(text, path);
        if (path.Length < 2)
        {
            throw TemplateSource.Refused(text, "it has no path");
        }

        if (scheme == "http" && !AddressPolicy.IsLoopback(new Uri($"http://{server}/")))
        {
            throw TemplateSourceDiagnostics.PlainHttp.With(TemplateSource.Shown(text)).ToException();
        }

        var checkedReference = reference is null ? null : GitRef.Check(reference);
        return scheme == "ssh"
            ? new GitSource($"ssh://{(user is null ? "" : SshUser(text, user) + "@")}{server}{path}", checkedReference)
            : new GitSource($"{scheme}://{server}{path}", checkedReference) { Credential = user is { Length: > 0 } ? CredentialOf(text, user) : null };
    }

    /// <summary>Reads <c>user@host:path[#ref]</c>.</summary>
    public static GitSource ParseScp(string text)
    {
        var (address, reference) = TemplateSource.SplitReference(text);
        var at = address.IndexOf('@', StringComparison.Ordinal);
        var colon = address.IndexOf(':', at);
        var host = address[(at + 1)..colon].ToLowerInvariant();
        var path = address[(colon + 1)..];
        CheckPath(text, path);
        return !Server.IsMatch(host) ? throw TemplateSource.Refused(text, "its host is no host name")
            : path.Length == 0 || path[0] == '-' ? throw TemplateSource.Refused(text, "its path is empty or begins with -")
            : new GitSource($"{SshUser(text, address[..at])}@{host}:{path}", reference is null ? null : GitRef.Check(reference));
    }

    /// <summary><c>scheme://host:port</c> of an address.</summary>
    public static string ServerOf(string url) => url.IndexOf('/', url.IndexOf("://", StringComparison.Ordinal) + 3) is var slash and >= 0 ? url[..slash] : url;

    private static void CheckPath(string text, string path)
    {
        if (!PathCharacters.IsMatch(path))
        {
            throw TemplateSource.Refused(text, "its path holds characters that must be percent-encoded, or a query");
        }

        if (EncodedControl.IsMatch(path))
        {
            throw TemplateSource.Refused(text, "it holds encoded control characters");
        }
    }

    private static string SshUser(string text, string user) =>
        user.Contains(':', StringComparison.Ordinal) ? throw TemplateSource.Refused(text, "ssh takes no password from an address")
        : User.IsMatch(user) ? user
        : throw TemplateSource.Refused(text, "its user is no user name");

    private static GitCredential CredentialOf(string text, string user)
    {
        var parts = user.Split(':', 2);
        var (name, password) = (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null);

        // A line feed in either would end the line of the protocol in which git is told.
        return name.Any(char.IsControl) || (password ?? "").Any(char.IsControl)
            ? throw TemplateSource.Refused(text, "it holds encoded control characters")
            : new GitCredential(name, password);
    }

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9.\-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?\z")]
    private static partial Regex Server { get; }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]*\z")]
    private static partial Regex User { get; }

    [GeneratedRegex(@"^[A-Za-z0-9._~!$&'()*+,;=:@%/\-]*\z")]
    private static partial Regex PathCharacters { get; }

    [GeneratedRegex("%([01][0-9A-Fa-f]|7[Ff])")]
    private static partial Regex EncodedControl { get; }
}
