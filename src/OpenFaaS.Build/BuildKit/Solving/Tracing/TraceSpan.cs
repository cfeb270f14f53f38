namespace OpenFaaS.Build.BuildKit.Solving.Tracing;

/// <summary>One run of a step.</summary>
/// <param name="Name">The daemon's name of it.</param>
/// <param name="Digest">Digest of the step.</param>
/// <param name="Started">When it began, by the daemon's clock.</param>
/// <param name="Completed">When it ended, not before it began.</param>
/// <param name="Cached">Whether it was found in the cache.</param>
/// <param name="Error">Why it failed; empty if it did not.</param>
internal sealed record TraceSpan(string Name, string Digest, DateTimeOffset Started, DateTimeOffset Completed, bool Cached, string Error);

/// <summary>A function with its steps.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Started">When it or its first step began.</param>
/// <param name="Completed">When it or its last step ended.</param>
/// <param name="Spans">Its steps, by their begin.</param>
internal sealed record TraceFunction(string Name, DateTimeOffset Started, DateTimeOffset Completed, IReadOnlyList<TraceSpan> Spans);
