using OpenFaaS.Build.Builders.Embedded.Copying;
using OpenFaaS.Build.Context;
using OpenFaaS.Build.Dockerfiles;
using OpenFaaS.Build.Oci;

namespace OpenFaaS.Build.Builders.Embedded.Stages;

/// <summary>What a stage is after the instructions executed so far: configuration, layers and files. One stage, one platform; not shared between threads.</summary>
internal sealed class StageState
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private readonly List<StageLayer> layers;
    private readonly List<HistoryEntry> history;
    private SourceTree? files;

    public StageState(string description, Platform platform, ImageConfig config, IReadOnlyList<StageLayer> layers, StageScope scope)
    {
        Description = description;
        Platform = platform;
        this.layers = [.. layers];
        history = [.. config.History ?? []];
        Config = config;
        Container = config.Config ?? new ContainerConfig();
        Files = new RootFs(layers.Select(layer => layer.Tree));
        Scope = scope;
        if (!Environment.Any(pair => pair.Key == "PATH"))
        {
            SetEnvironment("PATH", DefaultPath);
        }

        foreach (var (name, value) in Environment)
        {
            scope.SetEnvironment(name, value);
        }
    }

    /// <summary>How messages name the stage.</summary>
    public string Description { get; }

    public Platform Platform { get; }

    /// <summary>The image configuration apart from its <c>config</c> object, history and layers.</summary>
    public ImageConfig Config { get; set; }

    /// <summary>The <c>config</c> object.</summary>
    public ContainerConfig Container { get; set; }

    /// <summary>Files of the base image and of the layers made so far.</summary>
    public RootFs Files { get; }

    public IReadOnlyList<StageLayer> Layers => layers;

    public IReadOnlyList<HistoryEntry> History => history;

    /// <summary>Build arguments and environment, for expansion.</summary>
    public StageScope Scope { get; }

    /// <summary>Whether this stage itself has set CMD, which a later ENTRYPOINT then keeps.</summary>
    public bool CommandIsSet { get; set; }

    /// <summary>The environment in the order set.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment => (Container.Env ?? []).Select(Split);

    /// <summary>The working directory, absolute.</summary>
    public string WorkingDirectory => Container.WorkingDir is { Length: > 0 } folder ? folder : "/";

    public void SetEnvironment(string name, string value)
    {
        var variables = (Container.Env ?? []).ToList();
        var index = variables.FindIndex(variable => Split(variable).Key == name);
        if (index < 0)
        {
            variables.Add($"{name}={value}");
        }
        else
        {
            variables[index] = $"{name}={value}";
        }

        Container = Container with { Env = variables };
        Scope.SetEnvironment(name, value);
    }

    /// <summary>Adds labels; those of the same name are replaced.</summary>
    public void SetLabels(IEnumerable<KeyValuePair<string, string>> added)
    {
        var labels = new SortedDictionary<string, string>(Container.Labels ?? [], StringComparer.Ordinal);
        foreach (var (name, value) in added)
        {
            labels[name] = value;
        }

        // A configuration that never had labels does not get an empty set of them.
        Container = labels.Count == 0 && Container.Labels is null ? Container : Container with { Labels = labels };
    }

    /// <summary>Puts a layer on top; the files read by COPY --from are then made anew.</summary>
    public void Add(StageLayer layer, string createdBy, long epoch)
    {
        layers.Add(layer);
        Files.Add(layer.Tree);
        files = null;
        Record(createdBy, epoch, isEmpty: false);
    }

    /// <summary>Adds a step to the history.</summary>
    public void Record(string createdBy, long epoch, bool isEmpty) => history.Add(new HistoryEntry
    {
        Created = Timestamps.Format(epoch),
        CreatedBy = createdBy,
        Comment = "openfaas.build.v0",
        EmptyLayer = isEmpty ? true : null,
    });

    /// <summary>The stage's files as the source of a COPY --from.</summary>
    public async ValueTask<SourceTree> AsSourceAsync(CancellationToken cancellationToken) =>
        files ??= new SourceTree(await Files.FlattenAsync(cancellationToken), Description);

    private static KeyValuePair<string, string> Split(string variable)
    {
        var equals = variable.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(variable, "") : new(variable[..equals], variable[(equals + 1)..]);
    }
}
