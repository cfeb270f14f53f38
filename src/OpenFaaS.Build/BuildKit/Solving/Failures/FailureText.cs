using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenFaaS.Build.BuildKit.Solving.Failures;

/// <summary>What the texts of daemons mean. They are for people and change from version to version, so the patterns are short pieces that have stayed.</summary>
internal static partial class FailureText
{
    private const RegexOptions Usual = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    /// <summary>Line of a mistake in the Dockerfile: <c>dockerfile parse error line 3: …</c> (also <c>on line 3</c>); 0 where the text is another.</summary>
    public static int DockerfileLine(string text) => Number(ParseError().Match(text), "line");

    /// <summary>Mistakes that the frontend finds without naming a line.</summary>
    public static bool IsDockerfileMistake(string text) => Mistake().IsMatch(text);

    /// <summary>Exit code of a step: <c>… exit code: 7</c>. Before it, the text quotes what the step ran.</summary>
    public static long? ExitCode(string text) => Exit().Matches(text) is { Count: > 0 } matches ? Number(matches[^1], "code") : null;

    /// <summary>Stage of <c>target stage "x" could not be found</c>; null where the text is another.</summary>
    public static string? UnknownTarget(string text) => Value(Target().Match(text), "name");

    /// <summary>Image that a step or a text names as being looked up.</summary>
    public static string? Image(string step, string text) =>
        Value(MetadataStep().Match(step), "image") ?? Value(FromStep().Match(step), "image") ?? Value(MetadataText().Match(text), "image");

    /// <summary>Path of <c>"/nope": not found</c> (also <c>"/nope" not found</c>).</summary>
    public static string? MissingFile(string text) => Value(NotInContext().Match(text), "path");

    /// <summary>Right of <c>network.host is not allowed</c>.</summary>
    public static string? Entitlement(string text) => Value(NotAllowed().Match(text), "right");

    /// <summary>Exporter of <c>exporter "oci" could not be found</c>.</summary>
    public static string? UnknownExporter(string text) => Value(Exporter().Match(text), "name");

    public static bool IsDenied(string text) => Denied().IsMatch(text);

    public static bool IsUnreachable(string text) => Unreachable().IsMatch(text);

    public static bool IsNotFound(string text) => NotFound().IsMatch(text);

    public static bool IsPush(string text) => Push().IsMatch(text);

    public static bool IsDiskFull(string text) => text.Contains("no space left on device", StringComparison.OrdinalIgnoreCase);

    public static bool IsOtherPlatform(string text) => text.Contains("exec format error", StringComparison.OrdinalIgnoreCase);

    public static bool IsMissingFeature(string text) => Missing().IsMatch(text);

    public static bool IsMissingSecret(string text) => Secret().IsMatch(text);

    public static bool IsMissingSsh(string text) => Ssh().IsMatch(text);

    /// <summary>The text without what is the same in all errors.</summary>
    public static string Core(string text)
    {
        while (Opening().Match(text) is { Success: true } opening)
        {
            text = text[opening.Length..];
        }

        return text;
    }

    private static string? Value(Match match, string group) => match.Success ? match.Groups[group].Value : null;

    private static int Number(Match match, string group) => match.Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"\A(?:failed to solve(?: with frontend [\w.]{1,50})?|failed to create LLB definition|failed to build LLB|rpc error: code = \w{1,30} desc =):? ",
        Usual)]
    private static partial Regex Opening();

    [GeneratedRegex("(?:dockerfile|containerfile) parse error (?:on )?line (?<line>[0-9]{1,7}):", Usual | RegexOptions.IgnoreCase)]
    private static partial Regex ParseError();

    [GeneratedRegex(
        "the Dockerfile cannot be empty|file with no instructions|base name .* should not be blank|no build stage in current context|failed to read dockerfile"
            + "|failed to parse (?:dockerfile|stage name|platform)|invalid reference format|circular dependency detected on stage|unknown instruction: "
            + "|instruction is not supported|failed to process \"",
        Usual | RegexOptions.IgnoreCase)]
    private static partial Regex Mistake();

    [GeneratedRegex("exit code: (?<code>[0-9]{1,9})", Usual)]
    private static partial Regex Exit();

    [GeneratedRegex("target stage \"?(?<name>[^\" ]{1,200})\"? could not be found", Usual)]
    private static partial Regex Target();

    [GeneratedRegex(@"load metadata for (?<image>\S{1,500})", Usual)]
    private static partial Regex MetadataStep();

    [GeneratedRegex(@"(?:\A|\] )FROM (?<image>\S{1,500})", Usual)]
    private static partial Regex FromStep();

    [GeneratedRegex(@"failed to resolve source metadata for (?<image>\S{1,500}): ", Usual)]
    private static partial Regex MetadataText();

    [GeneratedRegex("\"(?<path>[^\"]{1,500})\":? not found", Usual)]
    private static partial Regex NotInContext();

    [GeneratedRegex(@"(?<right>network\.host|security\.insecure|device(?:=\S{1,100})?) is not allowed", Usual)]
    private static partial Regex NotAllowed();

    [GeneratedRegex("exporter \"?(?<name>[^\" ]{1,100})\"? could not be found", Usual)]
    private static partial Regex Exporter();

    [GeneratedRegex("401 Unauthorized|403 Forbidden|authorization failed|no basic auth credentials|authentication required|access denied|denied: |insufficient_scope|failed to authorize", Usual | RegexOptions.IgnoreCase)]
    private static partial Regex Denied();

    [GeneratedRegex(
        "failed to do request|no such host|connection refused|connection reset|dial tcp|i/o timeout|TLS handshake|x509: |network is unreachable|server gave HTTP response to HTTPS client|unexpected EOF",
        Usual | RegexOptions.IgnoreCase)]
    private static partial Regex Unreachable();

    [GeneratedRegex("not found|manifest unknown|404 Not Found|name unknown|no match for platform", Usual | RegexOptions.IgnoreCase)]
    private static partial Regex NotFound();

    [GeneratedRegex(@"failed to push|pushing .{0,300} failed|error pushing", Usual | RegexOptions.IgnoreCase)]
    private static partial Regex Push();

    [GeneratedRegex(
        "frontend .{1,100} not found|unknown (?:service|method)|not implemented|unsupported (?:frontend|option|capability)|does not currently support exporting manifest list"
            + "|multiple platforms feature|unknown cache (?:exporter|importer)|requested .{1,100} feature .{0,100}is not supported|unsupported caps",
        Usual | RegexOptions.IgnoreCase)]
    private static partial Regex Missing();

    [GeneratedRegex("secret [^ ]{1,200} ?(?:not found|: not found)|secret .{1,200}: not found", Usual)]
    private static partial Regex Secret();

    [GeneratedRegex("no SSH key .{0,200}forwarded|unset ssh forward key|ssh agent .{0,100}not", Usual | RegexOptions.IgnoreCase)]
    private static partial Regex Ssh();
}
