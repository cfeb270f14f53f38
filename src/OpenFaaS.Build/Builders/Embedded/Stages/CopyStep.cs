using System.Text;
using OpenFaaS.Build.Archives;
using OpenFaaS.Build.Builders.Embedded.Copying;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>COPY and ADD: one layer an instruction.</summary>
internal sealed class CopyStep(StageContext context, StageState state, StageWords words, CopyInstruction copy)
{
    private static readonly string[] RemotePrefixes = ["http://", "https://", "git://", "ssh://", "git@"];

    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        if (copy.OtherFlags.Count > 0)
        {
            throw EmbeddedDiagnostics.InstructionNotSupported.With($"{copy.Keyword} --{copy.OtherFlags[0]}").ToException();
        }

        var sources = copy.Sources.Select(source => words.Expand(copy, source)).ToList();
        var destination = Destination();
        var tree = new LayerTree();

        // A linked layer is made as if on an empty image, so the base is not read at all.
        var target = new RootFs([.. copy.Link ? [] : state.Files.Layers, new BuiltLayerTree(tree)]);
        var copier = new TreeCopier(target, tree, await OwnerAsync(cancellationToken), Mode());
        var archives = new ArchiveCopier(target, tree, copier);
        if (sources.Count > 0)
        {
            var source = await SourceAsync(cancellationToken);
            foreach (var path in sources)
            {
                await CopyAsync(copier, archives, source, path, destination, cancellationToken);
            }
        }

        foreach (var heredoc in copy.Heredocs)
        {
            await CopyAsync(copier, heredoc, destination, cancellationToken);
        }

        state.Add(context.Layers.Enqueue(tree), $"{copy.Keyword} {string.Join(' ', [.. sources, .. copy.Heredocs.Select(h => "<<" + h.Name), destination])}", context.Epoch);
    }

    private async Task CopyAsync(
        TreeCopier copier, ArchiveCopier archives, SourceTree source, string path, string destination, CancellationToken cancellationToken)
    {
        if (!copy.IsAdd)
        {
            await copier.CopyAsync(source, path, destination, cancellationToken);
            return;
        }

        if (RemotePrefixes.Any(prefix => path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            throw EmbeddedDiagnostics.InstructionNotSupported.With("ADD of a URL or a git repository").ToException();
        }

        foreach (var match in SourcePattern.Expand(source, path))
        {
            if (source.Find(source.Resolve(match)) is { Kind: EntryKind.File, Content: { } content }
                && await ArchiveUnpacker.TryUnpackAsync(content, match, context.TemporaryFolder, cancellationToken) is { } entries)
            {
                await archives.CopyAsync(entries, destination, cancellationToken);
            }
            else
            {
                await copier.CopyMatchAsync(source, match, destination, cancellationToken);
            }
        }
    }

    private async Task CopyAsync(TreeCopier copier, Heredoc heredoc, string destination, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(heredoc.Expand ? words.ExpandHeredoc(copy, heredoc.Content) : heredoc.Content);
        var name = PathNames.Name(heredoc.Name);
        var file = new ContextEntry(name, EntryKind.File, Convert.ToInt32("644", 8)) { Size = bytes.Length, Content = new MemoryContent(bytes) };
        await copier.CopyMatchAsync(new SourceTree(new FileSet([file]), "the Dockerfile"), name, destination, cancellationToken);
    }

    private string Destination()
    {
        var text = words.Expand(copy, copy.Destination);
        var isFolder = text.Length == 0 || text == "." || text.EndsWith('/') || text.EndsWith("/.", StringComparison.Ordinal);
        var absolute = "/" + PathNames.Clean(text.StartsWith('/') ? text : state.WorkingDirectory + "/" + text);
        return isFolder && absolute.Length > 1 ? absolute + "/" : absolute;
    }

    private async ValueTask<Ownership?> OwnerAsync(CancellationToken cancellationToken) =>
        copy.Chown is null ? null : await OwnerLookup.FindAsync(state.Files, words.Expand(copy, copy.Chown), cancellationToken);

    private Copying.FileMode? Mode() => copy.Chmod is null ? null : Copying.FileMode.Parse(words.Expand(copy, copy.Chmod));

    private async ValueTask<SourceTree> SourceAsync(CancellationToken cancellationToken)
    {
        if (copy.From is not { } name)
        {
            return context.Context;
        }

        if (StageGraph.Source(context.Document, copy) is { } stage)
        {
            return await context.Stages[stage.Index].AsSourceAsync(cancellationToken);
        }

        var image = await context.LoadImageAsync(name, state.Platform, context.At(copy), cancellationToken);
        var files = await new RootFs(image.Layers.Select(layer => layer.Tree)).FlattenAsync(cancellationToken);
        return new SourceTree(files, $"the image '{name}'");
    }
}
