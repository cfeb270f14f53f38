using System.Security.Cryptography;

namespace OpenFaaS.Build.Integration.Tests.BuildKit.Faults;

/// <summary>Everything below a folder: each path with what is there, and the hash of a file.</summary>
internal static class FolderSnapshot
{
    /// <summary>One line for each path, in order; none where the folder is not there.</summary>
    public static IReadOnlyList<string> Of(string folder) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
                .Select(path => $"{Path.GetRelativePath(folder, path)} {Describe(path)}").Order(StringComparer.Ordinal)]
            : [];

    /// <summary>A failed publish has left nothing in a project's folder; the one for what a publish gives may be there, empty.</summary>
    public static void AssertNothingNew(string project, IReadOnlyList<string> before) =>
        Assert.IsEmpty(Of(project).Except([.. before, "obj folder", "obj/openfaas folder"]));

    private static string Describe(string path) =>
        new FileInfo(path) is { LinkTarget: { } target } ? "-> " + target : Directory.Exists(path) ? "folder" : HashOf(path);

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
