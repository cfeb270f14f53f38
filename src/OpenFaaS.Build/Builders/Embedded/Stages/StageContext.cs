using OpenFaaS.Build.Builders.Embedded.Copying;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>What the instructions of a stage may use besides its own state.</summary>
internal sealed class StageContext
{
    public required DockerfileDocument Document { get; init; }

    /// <summary>The build context.</summary>
    public required SourceTree Context { get; init; }

    /// <summary>Earlier stages that were built, by index.</summary>
    public required IReadOnlyDictionary<int, StageState> Stages { get; init; }

    public required IBaseImageProvider Images { get; init; }

    public required LayerQueue Layers { get; init; }

    /// <summary>Digests of the images used, by reference; filled while stages are executed.</summary>
    public required IDictionary<string, Digest> Bases { get; init; }

    /// <summary>Seconds since 1970 that every time in the image has.</summary>
    public required long Epoch { get; init; }

    /// <summary>A private folder for files unpacked from archives.</summary>
    public required string TemporaryFolder { get; init; }

    public required IBuildLog Log { get; init; }

    /// <summary>Where an instruction is, for messages.</summary>
    public SourceLocation At(Instruction instruction) => new(Document.Path, instruction.Line);

    /// <summary>Loads an image by name and remembers its digest.</summary>
    public async Task<StageBase> LoadImageAsync(string name, Platform platform, SourceLocation at, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(name, out var reference))
        {
            throw EmbeddedDiagnostics.ReservedStageName.With(name, "it is no stage and no image reference").At(at).ToException();
        }

        try
        {
            var image = await Images.LoadAsync(reference, platform, cancellationToken);
            Bases[reference.ToString()] = image.Digest;
            return image;
        }
        catch (DiagnosticException e)
        {
            // A registry's errors know no place; the instruction that names the image is to blame.
            throw e.At(at);
        }
    }
}
