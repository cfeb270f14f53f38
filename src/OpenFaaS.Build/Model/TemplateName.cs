namespace OpenFaaS.Build.Model;

/// <summary>A template as functions name it.</summary>
/// <param name="Name">Name of the template's folder: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most 128.</param>
/// <param name="Reference">The part after <c>@</c>: branch, tag, or <c>sha-</c> and a commit; null without.</param>
public sealed record TemplateName(string Name, string? Reference)
{
    private const int Longest = 128;

    /// <summary>The template of a handler that brings its own Dockerfile.</summary>
    public const string Dockerfile = "dockerfile";

    /// <summary>Whether the handler brings its own Dockerfile, so that there is no template.</summary>
    public bool IsDockerfile => Name == Dockerfile;

    /// <summary>Parses <c>name</c> or <c>name@ref</c>; null where it is neither. <c>Dockerfile</c> in any case is <c>dockerfile</c>.</summary>
    public static TemplateName? TryParse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? text : text[..at];
        var reference = at < 0 ? null : text[(at + 1)..];
        if (name.Length is 0 or > Longest || name[0] == '-' || name is "." or ".."
            || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            || (reference is not null && !IsReference(reference)))
        {
            return null;
        }

        return new TemplateName(string.Equals(name, Dockerfile, StringComparison.OrdinalIgnoreCase) ? Dockerfile : name, reference);
    }

    /// <inheritdoc/>
    public override string ToString() => Reference is null ? Name : $"{Name}@{Reference}";

    // What git allows in names of branches and tags, less what a shell, a path or an option could be made of.
    private static bool IsReference(string text) =>
        text.Length is > 0 and <= 255 && text[0] is not ('-' or '/' or '.')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '+')
        && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("//", StringComparison.Ordinal) && !text.EndsWith('/');
}
