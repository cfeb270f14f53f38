using System.Globalization;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>What Podman and Buildah are told of the image's form, which their defaults would not give.</summary>
internal static class ImageFormats
{
    private const string Epoch = "SOURCE_DATE_EPOCH";

    /// <summary>Docker's format where it is asked for, or where the Dockerfile has instructions that the other has no place for: they would be dropped without a word.</summary>
    public static ImageFormat Of(ImageBuild build, DockerfileDocument document)
    {
        var needing = document.Stages.SelectMany(stage => stage.Instructions).FirstOrDefault(instruction => instruction is ShellInstruction or HealthcheckInstruction or OnBuildInstruction);
        if (build.Function.Image.Format == ImageFormat.Oci && needing is not null)
        {
            build.Log.Message(MessageImportance.Normal, $"The image is made in Docker's format, since {needing.Keyword} (line {needing.Line}) has no place in the OCI format.");
            return ImageFormat.Docker;
        }

        return build.Function.Image.Format;
    }

    /// <summary>
    /// The time that everything in the image has: the one that is given, and without steps, whose files may depend on each other's times, always.
    /// </summary>
    public static long? Timestamp(ImageBuild build, DockerfileDocument document) =>
        build.Function.Image.IsEpochGiven || !document.Stages.SelectMany(stage => stage.Instructions).Any(instruction => instruction is RunInstruction) ? build.Function.Image.Epoch : null;

    /// <summary>The build's arguments, with the epoch where the Dockerfile takes it.</summary>
    public static IReadOnlyDictionary<string, string> Arguments(ImageBuild build)
    {
        var arguments = new SortedDictionary<string, string>(build.Arguments.ToDictionary(), StringComparer.Ordinal);
        if (build.Dockerfile.Contains(Epoch, StringComparison.Ordinal))
        {
            arguments.TryAdd(Epoch, build.Function.Image.Epoch.ToString(CultureInfo.InvariantCulture));
        }

        return arguments;
    }
}
