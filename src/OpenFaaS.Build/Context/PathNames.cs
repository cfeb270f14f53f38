namespace OpenFaaS.Build.Context;

/// <summary>Lexical rules for image paths: <c>/</c> separated, relative to the image's root, without a leading slash.</summary>
internal static class PathNames
{
    /// <summary>The parent of a path; the root is the empty path and its own parent.</summary>
    public static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    /// <summary>The last part of a path.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A child of a folder.</summary>
    public static string Join(string folder, string name) => folder.Length == 0 ? name : name.Length == 0 ? folder : folder + "/" + name;

    /// <summary>Whether <paramref name="path"/> lies below <paramref name="folder"/>.</summary>
    public static bool IsBelow(string path, string folder) =>
        folder.Length == 0 ? path.Length > 0 : path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal);

    /// <summary>Removes empty and <c>.</c> parts, resolves <c>..</c> without leaving the root, drops the leading slash.</summary>
    public static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }

                continue;
            }

            parts.Add(part);
        }

        return string.Join('/', parts);
    }
}
