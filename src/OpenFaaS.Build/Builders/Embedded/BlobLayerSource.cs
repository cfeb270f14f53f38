using OpenFaaS.Build.Context;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Layers;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Embedded;

/// <summary>A layer of an image that somebody else built: opened when its files are needed, checked against its diff id, then kept.</summary>
/// <param name="open">Opens the blob, verified and able to seek.</param>
/// <param name="name">How messages name the layer.</param>
/// <param name="diffId">Digest of the uncompressed layer, from the image's configuration.</param>
/// <param name="folder">A private folder for the uncompressed layer.</param>
internal sealed class BlobLayerSource(Func<CancellationToken, Task<Stream>> open, string name, Digest diffId, string folder) : ILayerSource
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";
    private LayerTree? tree;

    public async ValueTask<LayerTree> ReadTreeAsync(CancellationToken cancellationToken) => tree ??= await ReadAsync(cancellationToken);

    private async Task<LayerTree> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var blob = await open(cancellationToken);
            var tar = await UnpackedTar.ReadAsync(blob, folder, TarLimits.Layer, cancellationToken);
            return tar.DiffId == diffId
                ? ToTree(tar)
                : throw new TarFormatException($"its content has the digest {tar.DiffId}, but the image's configuration says {diffId}");
        }
        catch (TarFormatException e)
        {
            throw LayerDiagnostics.MalformedLayer.With($"{name}: {e.Message}").ToException(e);
        }
    }

    private static LayerTree ToTree(UnpackedTar tar)
    {
        var tree = new LayerTree();
        var converter = new TarEntries(tar);
        foreach (var item in tar.Items)
        {
            var path = PathNames.Clean(item.Name);
            var last = PathNames.Name(path);
            if (path.Length == 0 || item.Kind == TarItemKind.Other)
            {
                continue;
            }

            if (last == Opaque)
            {
                tree.AddOpaque(PathNames.Parent(path));
            }
            else if (last.StartsWith(Whiteout, StringComparison.Ordinal))
            {
                // Other names of this form are aufs' own records and mean nothing here.
                if (!last.StartsWith(Whiteout + Whiteout, StringComparison.Ordinal))
                {
                    tree.AddWhiteout(PathNames.Join(PathNames.Parent(path), last[Whiteout.Length..]));
                }
            }
            else
            {
                tree.Set(converter.Of(item, path, tree.Entries.GetValueOrDefault));
            }
        }

        return tree;
    }
}
