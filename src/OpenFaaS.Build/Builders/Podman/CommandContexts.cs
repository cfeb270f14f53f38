using OpenFaaS.Build.Builders.Tools;
using OpenFaaS.Build.BuildKit.ContentStores;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Model;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Podman;

/// <summary>Named build contexts as the commands take them: folders, images of registries, addresses.</summary>
internal static class CommandContexts
{
    private const string Image = "docker-image://";

    /// <summary>Values of <c>--build-context</c> without the name, by name. Folders are copied first, with the modes of the build's own context.</summary>
    /// <exception cref="DiagnosticException">A context is malformed, not there, or of a kind that the commands do not know.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(ImageBuild build, CommandKind kind, CancellationToken cancellationToken)
    {
        var contexts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (context, index) in build.Function.Builder.Steps.Contexts.Select((context, index) => (context, index)))
        {
            contexts[context.Name] = ContextAddress.Scheme(context.Source) switch
            {
                null => await CopyAsync(build, context, index, cancellationToken),
                "docker-image" when References(context) is not null => context.Source,
                "address" => context.Source,
                _ => throw BuildKitCacheDiagnostics.MalformedContextSource
                    .With(context.Name, $"{kind.Name} knows folders, {Image}NAME and addresses").At(build.Function.Origin).ToException(),
            };
        }

        return contexts;
    }

    /// <summary>The image that a context is; null for other contexts.</summary>
    public static ImageReference? References(NamedSource context) =>
        context.Source.StartsWith(Image, StringComparison.Ordinal) && ImageReference.TryParse(context.Source[Image.Length..], out var image) ? image : null;

    private static async Task<string> CopyAsync(ImageBuild build, NamedSource context, int index, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(context.Source, build.Function.BaseFolder);
        if (!Directory.Exists(folder))
        {
            throw BuildKitCacheDiagnostics.MalformedContextSource.With(context.Name, $"there is no folder '{folder}'").At(build.Function.Origin).ToException();
        }

        return await ContextFolder.WriteFilesAsync(build.Folders.Of(folder, build), Path.Combine(build.TemporaryFolder, $"context-{index}"), build, cancellationToken);
    }
}
