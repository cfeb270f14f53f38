namespace OpenFaaS.Build.Model;

/// <summary>What the OpenFaaS Function Builder API needs besides its address. References and paths are full.</summary>
public sealed record RemoteBuilderModel
{
    /// <summary>Longest silence of the builder where nothing is said.</summary>
    public static TimeSpan UsualIdleTimeout { get; } = TimeSpan.FromMinutes(10);

    /// <summary>The secret that requests are signed with: <c>file:PATH</c> or <c>env:NAME</c>; null where none is named.</summary>
    public string? PayloadSecret { get; init; }

    /// <summary>The key that secrets are sealed with, as the user wrote it: the path of a file, base64, or JSON; null where none is named.</summary>
    public string? PublicKey { get; init; }

    /// <summary>How long the builder may be silent.</summary>
    public TimeSpan IdleTimeout { get; init; } = UsualIdleTimeout;
}
