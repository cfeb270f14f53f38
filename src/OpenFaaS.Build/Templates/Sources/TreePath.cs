using System.Text;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>The rules for names of files that come from elsewhere. They are the same on every system, so that a template does not depend on the machine.</summary>
internal static class TreePath
{
    /// <summary>Why a part of a path is refused, as the rest of a sentence; null where it is not.</summary>
    public static string? WhyRefused(string part) =>
        part.Length == 0 ? "has an empty part"
        : part is "." or ".." ? "leaves its folder"
        : part.Any(char.IsControl) ? "holds control characters"
        : part.Any(char.IsSurrogate) && !IsWellFormed(part) ? "is not Unicode"
        : part.Contains('\\', StringComparison.Ordinal) ? "holds a backslash"
        : part.Length >= 2 && part[1] == ':' && char.IsAsciiLetter(part[0]) ? "begins with a drive"
        : OperatingSystem.IsWindows() && part.Contains(':', StringComparison.Ordinal) ? "holds a colon"
        : IsGitFolder(part) ? "names git's own folder"
        : null;

    /// <summary>One spelling for all that a system which does not care about case takes for one name.</summary>
    public static string Fold(string path) => path.ToUpperInvariant();

    // As git itself compares: NTFS drops trailing dots and spaces and has streams and short names, HFS+ drops characters without width.
    private static bool IsGitFolder(string part)
    {
        var visible = string.Concat(part.Where(c => char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format));
        var name = visible.Split(':')[0].TrimEnd('.', ' ');
        return name.Equals(".git", StringComparison.OrdinalIgnoreCase) || name.Equals("git~1", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsWellFormed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }
}
