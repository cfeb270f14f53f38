using System.Globalization;
using OpenFaaS.Build.Diagnostics;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>A word of EXPOSE: <c>[address:][host-port:]port[-port][/protocol]</c>; only the container's ports and the protocol end up in an image.</summary>
internal static class PortSpecification
{
    /// <summary>The ports as <c>number/protocol</c>.</summary>
    public static IEnumerable<string> Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        var range = (slash < 0 ? text : text[..slash])[((slash < 0 ? text : text[..slash]).LastIndexOf(':') + 1)..];
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (protocol is not ("tcp" or "udp" or "sctp")
            || !TryPort(dash < 0 ? range : range[..dash], out var first)
            || !TryPort(dash < 0 ? range : range[(dash + 1)..], out var last)
            || last < first)
        {
            throw EmbeddedDiagnostics.InvalidValue.With("EXPOSE", text, "a port or a range of ports from 0 to 65535 with /tcp, /udp or /sctp").ToException();
        }

        return Enumerable.Range(first, last - first + 1).Select(port => string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"));
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
}
