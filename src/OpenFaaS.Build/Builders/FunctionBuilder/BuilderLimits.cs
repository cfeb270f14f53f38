namespace OpenFaaS.Build.Builders.FunctionBuilder;

/// <summary>Bounds on what a builder can make the SDK do.</summary>
internal sealed record BuilderLimits
{
    /// <summary>Time to open a connection, TLS included.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest time in which the network takes no byte of the request.</summary>
    public TimeSpan Sending { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Wait after the first refusal of a busy builder; doubled each time, with jitter.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait, unless the builder asks for a longer one.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sum of all waits for a busy builder.</summary>
    public TimeSpan TotalWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes read of what an unsuccessful answer says.</summary>
    public int ErrorBytes { get; init; } = 64 * 1024;

    /// <summary>Time for reading it.</summary>
    public TimeSpan ErrorTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of the waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
