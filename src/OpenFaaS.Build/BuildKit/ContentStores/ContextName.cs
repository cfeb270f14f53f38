using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.BuildKit.ContentStores;

/// <summary>Names of build contexts, in the short form in which the frontend looks them up.</summary>
internal static class ContextName
{
    private const string Official = "library/";

    /// <summary>An image's name without Docker Hub's own parts, without the tag <c>latest</c> and without a digest.</summary>
    public static string Of(ImageReference image)
    {
        var name = image.Registry != ImageReference.DockerHub ? image.Name
            : image.Repository.StartsWith(Official, StringComparison.Ordinal) ? image.Repository[Official.Length..]
            : image.Repository;
        return image.Tag is null or "latest" ? name : $"{name}:{image.Tag}";
    }

    /// <summary>The name in lower case, without Docker Hub's own parts and without <c>:latest</c>, with the platform that may follow <c>::</c>; null if it is none.</summary>
    public static string? Normalize(string name)
    {
        var parts = name.ToLowerInvariant().Split("::");
        if (parts.Length > 2 || (parts.Length == 2 && !Platform.TryParse(parts[1], out _)) || !ImageReference.TryParse(parts[0], out var reference) || reference.Digest is not null)
        {
            return null;
        }

        var image = Of(reference);
        return parts.Length == 2 ? image + "::" + parts[1] : image;
    }
}
