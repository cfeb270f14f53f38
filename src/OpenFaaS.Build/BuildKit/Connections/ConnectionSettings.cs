namespace OpenFaaS.Build.BuildKit.Connections;

/// <summary>How daemons are reached.</summary>
public sealed record ConnectionSettings
{
    /// <summary>Addresses given by the user, in order; empty where the daemon is to be found.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>Full path of a PEM file with the authorities that the daemon's certificate is checked against.</summary>
    public string? CaFile { get; init; }

    /// <summary>Full path of a PEM file with the client's certificate.</summary>
    public string? CertFile { get; init; }

    /// <summary>Full path of a PEM file with the client's private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether plain <c>tcp://</c> to another machine is allowed.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Environment variables by name.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Bounds of time.</summary>
    public ConnectionLimits Limits { get; init; } = new();
}

/// <summary>How long a daemon may take.</summary>
public sealed record ConnectionLimits
{
    /// <summary>Time to find out what is behind an address, and to find a daemon where no address is given.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time for one step on the way: a connection with its TLS, the answer to a greeting.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Time from the first byte until the daemon has said what it is.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time after which an unused connection is asked for a sign of life while calls wait on it.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time that this sign may take; calls fail then.</summary>
    public TimeSpan KeepAliveAnswer { get; init; } = TimeSpan.FromSeconds(15);
}
