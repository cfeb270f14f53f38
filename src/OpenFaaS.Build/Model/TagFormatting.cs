using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Model;

/// <summary>Reads <c>ContainerTagFormat</c> and applies it to an image's names.</summary>
internal static class TagFormatting
{
    private const int MaximumTag = 128;

    /// <summary>The format that a request asks for.</summary>
    public static TagFormat Read(InputReader reader) =>
        reader.Word("ContainerTagFormat", "latest", "latest", "default", "sha", "branch", "describe", "digest") switch
        {
            "sha" => TagFormat.Sha,
            "branch" => TagFormat.Branch,
            "describe" => TagFormat.Describe,
            "digest" => TagFormat.Digest,
            _ => TagFormat.Latest,
        };

    /// <summary>The names with the first one's tag formatted; the others are kept, and names that have become equal are one.</summary>
    /// <param name="names">One name a tag, none with a digest; a name without a tag is <c>latest</c>.</param>
    /// <param name="format">The format.</param>
    /// <param name="text">What is added, or with <see cref="TagFormat.Digest"/> the whole tag. Characters that no tag may have become <c>-</c>. Not used with <see cref="TagFormat.Latest"/>.</param>
    /// <exception cref="DiagnosticException">The tag would be too long.</exception>
    public static IReadOnlyList<ImageReference> Apply(IReadOnlyList<ImageReference> names, TagFormat format, string? text)
    {
        if (format == TagFormat.Latest)
        {
            return names;
        }

        ArgumentException.ThrowIfNullOrEmpty(text);
        var first = names[0];
        var tag = format == TagFormat.Digest ? Clean(text) : $"{first.Tag ?? "latest"}-{Clean(text)}";
        return tag.Length <= MaximumTag
            ? [.. names.Skip(1).Prepend(first with { Tag = tag }).Distinct()]
            : throw VersionControlDiagnostics.TagTooLong.With(tag.Length <= 2 * MaximumTag ? tag : tag[..(2 * MaximumTag)] + "…", tag.Length).ToException();
    }

    // Branches such as feature/x and tags such as 1.0+build are common; faas-cli makes references of them that no engine takes.
    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune =>
            rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '_' or '.' or '-') ? (char)rune.Value : '-'));
}
