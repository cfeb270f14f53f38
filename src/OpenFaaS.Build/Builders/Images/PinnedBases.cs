using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Images;

/// <summary>Writes pins into a Dockerfile: engines without named contexts have no other way to be told of them. Lines keep their numbers.</summary>
internal static class PinnedBases
{
    private const string Source = "--from=";

    /// <summary>The text with the digest behind the name of every pinned image of FROM and <c>COPY --from</c>.</summary>
    /// <param name="text">The Dockerfile.</param>
    /// <param name="document">The same, parsed.</param>
    /// <param name="build">Its arguments and target.</param>
    /// <param name="pin">The digest that an image is pinned to; null for one that is not.</param>
    public static string Write(string text, DockerfileDocument document, ImageBuild build, Func<ImageReference, Digest?> pin)
    {
        var function = build.Function;
        var scope = new GlobalScope(document, build.Arguments, Platform.LinuxHost, function.Image.Platforms[0], function.Builder.Target);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        foreach (var stage in document.Stages)
        {
            var name = scope.ExpandBase(stage.From);
            if (StageGraph.Parent(document, stage, name) is null)
            {
                Replace(lines, stage.From, stage.From.Base, "", Pinned(name, pin));
            }

            foreach (var copy in stage.Instructions.OfType<CopyInstruction>().Where(copy => copy.From is not null && StageGraph.Source(document, copy) is null))
            {
                Replace(lines, copy, Source + copy.From, Source, Pinned(copy.From!, pin));
            }
        }

        return string.Join('\n', lines);
    }

    private static string? Pinned(string name, Func<ImageReference, Digest?> pin) =>
        ImageReference.TryParse(name, out var image) && image.Digest is null && pin(image) is { } digest ? $"{image.Name}:{image.Tag ?? "latest"}@{digest}" : null;

    // The word stands on the instruction's first line, or on one that continues it.
    private static void Replace(string[] lines, Instruction instruction, string word, string before, string? name)
    {
        if (name is null)
        {
            return;
        }

        for (var line = instruction.Line - 1; line < lines.Length; line++)
        {
            var words = lines[line].Split(' ', '\t');
            var at = Array.IndexOf(words, word);
            if (at >= 0)
            {
                var start = words.Take(at).Sum(earlier => earlier.Length + 1);
                lines[line] = string.Concat(lines[line].AsSpan(0, start), before, name, lines[line].AsSpan(start + word.Length));
                return;
            }
        }
    }
}
