using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.DockerfileEdits;

/// <summary>Writes pins into a Dockerfile: engines without named contexts have no other way to be told of them. Lines keep their numbers.</summary>
internal static class PinnedBases
{
    private const string Source = "--from=";
    private static readonly char[] Blanks = [' ', '\t', '\v', '\f', '\r'];

    /// <summary>Writes the digest behind the name of every pinned image of FROM and <c>COPY --from</c>.</summary>
    /// <param name="editor">The Dockerfile.</param>
    /// <param name="build">Its arguments and target.</param>
    /// <param name="pin">The digest that an image is pinned to; null for one that is not.</param>
    public static void Write(DockerfileEditor editor, ImageBuild build, Func<ImageReference, Digest?> pin)
    {
        var function = build.Function;
        var document = editor.Document;
        var scope = new GlobalScope(document, build.Arguments, Platform.LinuxHost, function.Image.Platforms[0], function.Builder.Target);
        foreach (var stage in document.Stages)
        {
            var name = scope.ExpandBase(stage.From);
            if (StageGraph.Parent(document, stage, name) is null && Pinned(name, pin) is { } pinned)
            {
                editor.Rewrite(stage.From, text => Replace(text, stage.From.Base, pinned));
            }

            foreach (var copy in stage.Instructions.OfType<CopyInstruction>().Where(copy => copy.From is not null && StageGraph.Source(document, copy) is null))
            {
                if (Pinned(copy.From!, pin) is { } source)
                {
                    editor.Rewrite(copy, text => Replace(text, Source + copy.From, Source + source));
                }
            }
        }
    }

    /// <summary>Images of a FROM that names another one for every platform: one instruction can be written with one digest only.</summary>
    public static IReadOnlySet<ImageReference> Varying(DockerfileDocument document, ImageBuild build)
    {
        var target = build.Function.Builder.Target;
        var names = build.Function.Image.Platforms
            .Select(platform => new GlobalScope(document, build.Arguments, Platform.LinuxHost, platform, target))
            .Select(scope => document.Stages.Select(stage => scope.ExpandBase(stage.From)).ToList())
            .ToList();
        return new HashSet<ImageReference>(
            Enumerable.Range(0, document.Stages.Count)
                .Select(stage => names.Select(of => of[stage]).Distinct(StringComparer.Ordinal).ToList())
                .Where(of => of.Count > 1)
                .SelectMany(of => of)
                .Select(name => ImageReference.TryParse(name, out var image) ? image : null)
                .OfType<ImageReference>());
    }

    private static string? Pinned(string name, Func<ImageReference, Digest?> pin) =>
        ImageReference.TryParse(name, out var image) && image.Digest is null && pin(image) is { } digest ? $"{image.Name}:{image.Tag ?? "latest"}@{digest}" : null;

    // The keyword is the first word.
    private static string Replace(string text, string word, string other)
    {
        var words = text.Split(Blanks);
        var at = Array.IndexOf(words, word, 1);
        if (at < 0)
        {
            return text;
        }

        var start = words.Take(at).Sum(earlier => earlier.Length + 1);
        return string.Concat(text.AsSpan(0, start), other, text.AsSpan(start + word.Length));
    }
}
