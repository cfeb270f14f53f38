using System.Text.RegularExpressions;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>The forms in which the source of a build context is written.</summary>
internal static partial class ContextAddress
{
    /// <summary>
    /// <c>docker-image</c>, <c>oci-layout</c>, <c>target</c>, <c>input</c>; <c>address</c> for what the daemon fetches itself; null for a folder; <c>?</c> for what nobody understands.
    /// </summary>
    public static string? Scheme(string source) => source.Any(char.IsControl) ? "?"
        : source.StartsWith("docker-image://", StringComparison.Ordinal) ? "docker-image"
        : source.StartsWith("oci-layout://", StringComparison.Ordinal) ? "oci-layout"
        : source.StartsWith("target:", StringComparison.Ordinal) ? "target"
        : source.StartsWith("input:", StringComparison.Ordinal) ? "input"
        : Remote.IsMatch(source) ? "address"
        : Other.IsMatch(source) ? "?"
        : null;

    /// <summary>Whether the address holds a password or a token.</summary>
    public static bool HoldsCredentials(string source) => Scheme(source) == "address" && Credentials.IsMatch(source);

    /// <summary>The address without its password or token, and without the user that goes with it.</summary>
    public static string WithoutCredentials(string source) =>
        HoldsCredentials(source) ? Credentials.Replace(source, found => found.Value[..(found.Value.IndexOf("://", StringComparison.Ordinal) + 3)], 1) : source;

    /// <summary>Takes <c>folder[:tag][@digest]</c> apart.</summary>
    public static (string Path, string? Tag, Digest? Digest, string? Problem) SplitLayout(string text)
    {
        Digest? digest = null;
        if (text.LastIndexOf("@sha", StringComparison.Ordinal) is var at and >= 0)
        {
            if (!Digest.TryParse(text[(at + 1)..], out var parsed))
            {
                return ("", null, null, "its digest is not sha256 with 64 lower-case hex digits");
            }

            (digest, text) = (parsed, text[..at]);
        }

        string? tag = null;
        if (text.LastIndexOf(':') is var colon and > 0 && colon > text.LastIndexOfAny(['/', '\\']))
        {
            (tag, text) = (text[(colon + 1)..], text[..colon]);
        }

        return text.Length == 0 ? ("", null, null, "oci-layout:// is not followed by a folder")
            : tag is not null && !ImageReference.IsTag(tag) ? ("", null, null, "its tag is malformed")
            : (text, tag, digest, null);
    }

    [GeneratedRegex(@"\A(?:https?://|git://|ssh://|git@[^/]+:|github\.com/)\S+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Remote { get; }

    // One letter before the colon is a disk of Windows.
    [GeneratedRegex(@"\A(?:[A-Za-z][A-Za-z0-9+.-]+:|git@)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Other { get; }

    [GeneratedRegex(@"\A[a-z]+://[^/@\s]*:[^/@\s]+@|\Ahttps?://[^/@\s]+@", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Credentials { get; }
}
