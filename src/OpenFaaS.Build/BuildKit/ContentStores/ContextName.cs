using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>Names of build contexts, in the short form in which the frontend looks them up.</summary>
internal static class ContextName
{
    private const string Hub = ImageReference.DockerHub + "/";
    private const string Official = "library/";

    /// <summary>The name in lower case, without Docker Hub's own parts and without <c>:latest</c>, with the platform that may follow <c>::</c>; null if it is none.</summary>
    public static string? Normalize(string name)
    {
        var parts = name.ToLowerInvariant().Split("::");
        if (parts.Length > 2 || (parts.Length == 2 && !Platform.TryParse(parts[1], out _)) || !ImageReference.TryParse(parts[0], out var reference) || reference.Digest is not null)
        {
            return null;
        }

        var full = (reference with { Tag = reference.Tag == "latest" ? null : reference.Tag }).ToString();
        full = full.StartsWith(Hub, StringComparison.Ordinal) ? full[Hub.Length..] : full;
        full = full.StartsWith(Official, StringComparison.Ordinal) ? full[Official.Length..] : full;
        return parts.Length == 2 ? full + "::" + parts[1] : full;
    }
}
