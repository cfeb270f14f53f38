using System.Text;

namespace OpenFaaS.Build.Templates.Sources;

/// <summary>Reads the names in a ZIP file, and refuses those that could lead out of a folder on any system.</summary>
internal static class ZipEntryName
{
    private const int LongestPart = 255;
    private const int LongestName = 4095;
    private const int MostParts = 64;

    // No byte sequence is replaced: two names must not become one.
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The name as a relative path; a folder's trailing <c>/</c> is taken off.</summary>
    /// <param name="bytes">The name as it is in the file.</param>
    /// <param name="refusal">Why the name is refused; null if it is fine.</param>
    public static string Read(ReadOnlySpan<byte> bytes, out string? refusal)
    {
        string name;
        try
        {
            name = Strict.GetString(bytes);
        }
        catch (ArgumentException)
        {
            refusal = "is not UTF-8";
            return "";
        }

        // Packages are OPC packages, whose names are escaped as in addresses.
        name = name.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(name) : name;
        name = name.EndsWith('/') ? name[..^1] : name;
        refusal = Refusal(name);
        return name;
    }

    private static string? Refusal(string name)
    {
        if (name.Length == 0)
        {
            return "is empty";
        }

        if (name.StartsWith('/') || name is [_, ':', ..])
        {
            return "is absolute";
        }

        if (name.Contains('\\', StringComparison.Ordinal))
        {
            return "holds a backslash";
        }

        if (name.Any(char.IsControl))
        {
            return "holds control characters";
        }

        var parts = name.Split('/');
        return parts.Any(part => part is "" or "." or "..") ? "holds an empty part, '.' or '..'"
            : Strict.GetByteCount(name) > LongestName || parts.Length > MostParts || parts.Any(part => Strict.GetByteCount(part) > LongestPart) ? "is too long"
            : null;
    }
}
