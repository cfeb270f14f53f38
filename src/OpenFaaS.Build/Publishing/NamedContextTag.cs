using OpenFaaS.Build.Builders;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Publishing;

/// <summary>What the named contexts of a build hold, wherever they are on this machine.</summary>
internal static class NamedContextTag
{
    private const string Image = "docker-image://";
    private const string Layout = "oci-layout://";
    private const string Local = "local:";

    /// <summary>
    /// A text for every context by its name: a folder's fingerprint, the digest of an image or of what a layout holds, or the address that the engine reads by
    /// itself, of which no more is known here; a token in it is another in every job, and does not count.
    /// </summary>
    /// <param name="build">The build.</param>
    /// <param name="head">Asks a registry for an image's digest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DiagnosticException">A context is malformed or not there.</exception>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> ComputeAsync(
        ImageBuild build, Func<ImageReference, SourceLocation, Task<Digest>> head, CancellationToken cancellationToken)
    {
        var function = build.Function;
        await using var contexts = await NamedContexts.ReadAsync(function.Builder.Steps.Contexts, function.BaseFolder, function.Origin, log: null, cancellationToken);
        var texts = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in contexts.FrontendAttributes)
        {
            texts.Add(KeyValuePair.Create(name, value switch
            {
                _ when value.StartsWith(Local, StringComparison.Ordinal) => (await FileSetFingerprint.ComputeAsync(
                    build.Folders.Of(contexts.Folders[value[Local.Length..]], build), cancellationToken)).ToString(),
                _ when value.StartsWith(Image, StringComparison.Ordinal) && ImageReference.TryParse(value[Image.Length..], out var image) =>
                    (image.Digest ?? await head(image, function.Origin)).ToString(),
                _ when value.StartsWith(Layout, StringComparison.Ordinal) => value[(value.LastIndexOf('@') + 1)..],
                _ => ContextAddress.WithoutCredentials(value),
            }));
        }

        return texts;
    }
}
