using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Model;

/// <summary>The rule of where the image goes, from properties alone.</summary>
internal static class DestinationReader
{
    public static Destination Read(InputReader reader, FunctionName? function)
    {
        var registryText = reader.Text("ContainerRegistry");
        var push = reader.Switch("ContainerPush");
        var names = ReadNames(reader, registryText, function);
        var archive = reader.Text("ContainerArchiveOutputPath");
        var engine = reader.Text("LocalRegistry") is null ? null : reader.Word("LocalRegistry", "Docker", "Docker", "Podman", "Containerd").ToLowerInvariant();

        if (push != false && (registryText is not null || push == true))
        {
            return new RegistryDestination(names);
        }

        var file = (function?.Value ?? "function") + ".oci.tar";
        if (archive is not null)
        {
            return new ArchiveDestination(names, ArchivePath(reader, archive, file, function));
        }

        var output = reader.Text("OutputPath") ?? reader.Text("OutDir") ?? Path.Combine("bin", "Release");
        return new EngineDestination(names, engine, reader.FullPath(Path.Combine(output, file)));
    }

    private static string ArchivePath(InputReader reader, string archive, string file, FunctionName? function)
    {
        var path = archive.Replace("{function}", function?.Value ?? "", StringComparison.Ordinal);
        var full = reader.FullPath(path);
        var isFolder = path.EndsWith('/') || path.EndsWith('\\') || Directory.Exists(full);
        return isFolder ? Path.Combine(full, file) : full;
    }

    private static List<ImageReference> ReadNames(InputReader reader, string? registryText, FunctionName? function)
    {
        var image = ReadImage(reader);
        var text = (registryText ?? image?.Registry ?? ImageReference.DockerHub).TrimEnd('/');
        text = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? text["https://".Length..] : text;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (host, prefix) = slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..] + "/");
        if (!ImageReference.IsRegistry(host) || (prefix.Length > 0 && !ImageReference.IsRepository(prefix.TrimEnd('/'))))
        {
            reader.Invalid("ContainerRegistry", registryText ?? "", "a registry host with optional port and path");
        }

        var repository = reader.Text("ContainerRepository");
        if (repository is not null && !ImageReference.IsRepository(repository))
        {
            reader.Invalid("ContainerRepository", repository, "a repository path in lower case");
        }

        // A registry with a path says where images are: of an image's own path the last name is left then.
        var own = image is null ? function?.Value ?? "function"
            : prefix.Length > 0 ? image.Repository[(image.Repository.LastIndexOf('/') + 1)..]
            : registryText is null ? image.Repository
            : image.Repository.StartsWith("library/", StringComparison.Ordinal) && image.Registry == ImageReference.DockerHub ? image.Repository["library/".Length..]
            : image.Repository;
        var path = prefix + (repository ?? own);
        if (host == ImageReference.DockerHub && !path.Contains('/', StringComparison.Ordinal))
        {
            // As every engine completes it: a local name that is not complete cannot be found again with containerd's image store.
            path = "library/" + path;
        }

        return [.. ReadTags(reader, image?.Tag ?? "latest").Select(tag => new ImageReference(host, path, tag, null))];
    }

    private static ImageReference? ReadImage(InputReader reader)
    {
        if (reader.Inputs.ImageName is not { Length: > 0 } text)
        {
            return null;
        }

        if (ImageReference.TryParse(text, out var image) && image.Digest is null)
        {
            return image;
        }

        reader.Error(InputDiagnostics.InvalidStackValue.With(reader.Request.Property("FunctionName"), "the image", text, "an image name with optional registry and tag, without a digest")
            .At(reader.PlaceOf("image")));
        return null;
    }

    private static List<string> ReadTags(InputReader reader, string fallback)
    {
        var one = reader.Text("ContainerImageTag");
        var many = reader.List("ContainerImageTags");
        if (one is not null && many.Count > 0)
        {
            reader.Error(InputDiagnostics.ConflictingProperties.With("ContainerImageTag", "ContainerImageTags"));
        }

        List<string> tags = one is not null ? [one] : many.Count > 0 ? [.. many.Distinct(StringComparer.Ordinal)] : [fallback];
        foreach (var tag in tags.Where(tag => !ImageReference.IsTag(tag)))
        {
            reader.Invalid(one is not null ? "ContainerImageTag" : "ContainerImageTags", tag, "a tag of letters, digits, '_', '.' and '-', at most 128");
        }

        return tags;
    }
}
