using OpenFaaS.Build.Builders.Embedded.Copying;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Dockerfiles;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>WORKDIR: sets the folder and makes it where it is missing, owned by the current USER.</summary>
internal sealed class WorkdirStep(StageContext context, StageState state, StageWords words)
{
    public async Task ExecuteAsync(WorkdirInstruction workdir, CancellationToken cancellationToken)
    {
        var path = words.Expand(workdir, workdir.Path);
        var folder = "/" + PathNames.Clean(path.StartsWith('/') ? path : state.WorkingDirectory + "/" + path);
        state.Container = state.Container with { WorkingDir = folder };

        var tree = new LayerTree();
        var files = new RootFs([.. state.Files.Layers, new BuiltLayerTree(tree)]);
        var owner = state.Container.User is { Length: > 0 } user ? await OwnerLookup.FindAsync(state.Files, user, cancellationToken) : (Ownership?)null;
        await new TreeCopier(files, tree, owner, mode: null).MakeFolderAsync(folder, cancellationToken);
        var step = $"WORKDIR {folder}";
        if (tree.IsEmpty)
        {
            state.Record(step, context.Epoch, isEmpty: true);
        }
        else
        {
            state.Add(context.Layers.Enqueue(tree), step, context.Epoch);
        }
    }
}
