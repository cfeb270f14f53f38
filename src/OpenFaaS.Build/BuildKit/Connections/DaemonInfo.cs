namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>What a daemon says of itself.</summary>
/// <param name="Version">Version of BuildKit as text; empty where the daemon is too old to say it (before 0.11).</param>
/// <param name="Labels">Labels of its first worker; none where that was not asked.</param>
internal sealed record DaemonInfo(string Version, IReadOnlyDictionary<string, string> Labels)
{
    private const string Snapshotter = "org.mobyproject.buildkit.worker.snapshotter";

    /// <summary>Whether it keeps images itself and can push them: every BuildKit but the one in a Docker Engine without the containerd image store.</summary>
    public bool HasImageStore => Labels.ContainsKey(Snapshotter);

    /// <summary>Whether manifests and configurations can be read from it (BuildKit 0.11 and newer).</summary>
    public bool HasContentStore => HasImageStore && Version.Length > 0;
}
