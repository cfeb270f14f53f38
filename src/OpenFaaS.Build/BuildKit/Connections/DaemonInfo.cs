namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>What a daemon says of itself.</summary>
/// <param name="Version">Version of BuildKit as text; empty where the daemon is too old to say it (before 0.11).</param>
/// <param name="Labels">Labels of its first worker; none where that was not asked.</param>
internal sealed record DaemonInfo(string Version, IReadOnlyDictionary<string, string> Labels)
{
    private const string Snapshotter = "org.mobyproject.buildkit.worker.snapshotter";
    private static readonly Version TellsItself = new(0, 11);

    /// <summary>Whether it is in a Docker Engine before 23, which has BuildKit 0.8 or older.</summary>
    public bool IsInOldEngine { get; init; }

    /// <summary>Whether it says its version (BuildKit 0.11 and newer).</summary>
    public bool TellsVersion => Version.Length > 0;

    /// <summary>Whether it keeps images itself and can push them: every BuildKit but the one in a Docker Engine without the containerd image store.</summary>
    public bool HasImageStore => Labels.ContainsKey(Snapshotter);

    /// <summary>Whether manifests and configurations can be read from it (BuildKit 0.11 and newer).</summary>
    public bool HasContentStore => HasImageStore && TellsVersion;

    /// <summary>Whether it is surely older than a version. One that tells none is older than 0.11; one whose text is no version, as of a daemon that somebody has built, is taken for new.</summary>
    public bool IsBefore(Version version)
    {
        if (!TellsVersion)
        {
            return version >= TellsItself || IsInOldEngine;
        }

        return System.Version.TryParse(Version.TrimStart('v').Split('-', '+')[0], out var own) && own.Major + own.Minor > 0 && own < version;
    }
}
